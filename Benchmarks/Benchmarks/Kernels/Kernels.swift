import Benchmark
import Datalog
import Engine
import Planning
import StudyVisits

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

// Each benchmark starts from loaded facts, or from texts in memory; making them is not measured.
let benchmarks: @Sendable () -> Void = {
  Benchmark.defaultConfiguration = Benchmark.Configuration(
    metrics: [.wallClock, .instructions, .peakMemoryResident],
    timeUnits: .microseconds,
    maxDuration: .seconds(3),
    maxIterations: 40
  )
  evaluationBenchmarks()
  dictionaryBenchmarks()
  textBenchmarks()
}

/// Measures the planning and evaluation of one program.
private func measure(_ name: String, _ text: String, _ facts: [String: [[Int64]]], _ options: PlannerOptions) {
  Benchmark(name) { (benchmark: Benchmark, program: Program) in
    let run = program.loaded()
    benchmark.startMeasurement()
    let count = run.evaluate()
    benchmark.stopMeasurement()
    precondition(count > 0, "each of these programs derives something")
  } setup: {
    Program(text, facts: facts, options: options)
  }
}

/// Options with some of the special forms switched off.
private func without(_ forms: WritableKeyPath<PlannerOptions, Bool>...) -> PlannerOptions {
  var options = PlannerOptions()
  for form in forms { options[keyPath: form] = false }
  return options
}

private func evaluationBenchmarks() {
  let closure = """
    .decl e(x: number, y: number)
    .decl path(x: number, y: number)
    path(X, Y) :- e(X, Y).
    path(X, Z) :- path(X, Y), e(Y, Z).
    """
  let dense = ["e": Facts.randomGraph(nodes: 1_000, edges: 3_000)]
  let sparse = ["e": Facts.randomGraph(nodes: 100_000, edges: 80_000)]
  let grid = ["e": Facts.grid(side: 40)]
  let unions = without(\.usesRowFixpoint)
  let tuples = without(\.usesRowFixpoint, \.usesLeafUnion)
  measure("row fixpoint, dense graph", closure, dense, PlannerOptions())
  measure("row fixpoint, sparse graph", closure, sparse, PlannerOptions())
  measure("row fixpoint, grid", closure, grid, PlannerOptions())
  measure("leaf union rounds, dense graph", closure, dense, unions)
  measure("leaf union rounds, sparse graph", closure, sparse, unions)
  measure("leaf union rounds, grid", closure, grid, unions)
  measure("tuple rounds, dense graph", closure, dense, tuples)
  measure("tuple rounds, sparse graph", closure, sparse, tuples)

  let sameGeneration = """
    .decl up(x: number, y: number)
    .decl same(x: number, y: number)
    same(X, Y) :- up(X, P), up(Y, P).
    same(X, Y) :- up(X, A), same(A, B), up(Y, B).
    """
  let tree = ["up": Facts.binaryTree(nodes: 1_023)]
  measure("leaf union rounds, same generation", sameGeneration, tree, PlannerOptions())

  let meetings = """
    .decl attended(m: number, p: number)
    .decl met(a: number, b: number)
    met(A, B) :- attended(M, A), attended(M, B).
    """
  let attended = ["attended": Facts.groups(5_000, size: 20, members: 20_000)]
  measure("row build", meetings, attended, PlannerOptions())
  measure("the same by tuples", meetings, attended, without(\.usesRowBuild, \.usesLeafUnion))

  let triangles = """
    .decl e(x: number, y: number)
    .decl triangle(x: number, y: number, z: number)
    triangle(X, Y, Z) :- e(X, Y), e(Y, Z), e(X, Z).
    """
  let graph = ["e": Facts.randomGraph(nodes: 2_000, edges: 60_000)]
  measure("intersection of leaves", triangles, graph, PlannerOptions())
  measure("expansion and membership", triangles, graph, without(\.usesIntersection))

  let walks = """
    .decl e(x: number, y: number)
    .decl from(x: number)
    .decl walk(s: number, x: number, y: number)
    walk(S, S, Y) :- from(S), e(S, Y).
    walk(S, Y, Z) :- walk(S, X, Y), e(Y, Z), X != Z.
    """
  let starts: [String: [[Int64]]] = [
    "e": Facts.randomGraph(nodes: 1_000, edges: 3_000), "from": [Array(0..<50)],
  ]
  measure("row store rounds, three columns", walks, starts, PlannerOptions())

  let sizes = """
    .decl attended(m: number, p: number)
    .decl size(m: number, n: number)
    size(M, count(P)) :- attended(M, P).
    """
  measure("aggregate by group", sizes, attended, PlannerOptions())
}

private func dictionaryBenchmarks() {
  Benchmark("intern a million scattered numbers") { (benchmark: Benchmark, numbers: [Int64]) in
    let table = Values().numbers
    var words = [Word](repeating: 0, count: numbers.count)
    benchmark.startMeasurement()
    numbers.withUnsafeBufferPointer { numbers in
      words.withUnsafeMutableBufferPointer { words in
        guard let from = numbers.baseAddress, let to = words.baseAddress else { return }
        table.intern(from, count: numbers.count, into: to)
      }
    }
    benchmark.stopMeasurement()
    blackHole(words)
  } setup: {
    Facts.scatteredNumbers(1_000_000)
  }

  Benchmark("intern 200,000 names") { (benchmark: Benchmark, names: [[UInt8]]) in
    let symbols = Values().symbols
    benchmark.startMeasurement()
    for name in names { blackHole(name.withUnsafeBufferPointer { symbols.intern($0) }) }
    benchmark.stopMeasurement()
  } setup: {
    Facts.names(200_000)
  }

  Benchmark("sort 500,000 pairs by value") { (benchmark: Benchmark, columns: [[Int64]]) in
    let context = EvaluationContext(values: Values())
    let relation = Relation(types: [.number, .number], context: context)
    relation.load(rowCount: 500_000, columns: columns.map { $0.map(context.values.numbers.intern) })
    benchmark.startMeasurement()
    blackHole(relation.sortedWords())
    benchmark.stopMeasurement()
  } setup: {
    [Facts.scatteredNumbers(500_000), Facts.scatteredNumbers(500_000).reversed()]
  }
}

private func textBenchmarks() {
  Benchmark("read 200,000 lines of TSV") { (benchmark: Benchmark, path: String) in
    let columns = [
      Column(name: "id", type: .number), Column(name: "name", type: .symbol), Column(name: "day", type: .date),
    ]
    let table = FactTable(columnCount: columns.count)
    let reader = DelimitedReader(.tsv, columns: columns, values: Values())
    benchmark.startMeasurement()
    do {
      try reader.read(path, into: table)
    } catch {
      preconditionFailure("the file is right: \(error)")
    }
    benchmark.stopMeasurement()
    precondition(table.rowCount == 200_000, "each line is a row")
  } setup: {
    temporaryFile(Facts.delimitedText(rows: 200_000))
  }

  Benchmark("parse 20,000 clauses") { (benchmark: Benchmark, text: String) in
    var diagnostics: [Diagnostic] = []
    benchmark.startMeasurement()
    blackHole(SyntaxTree(text, diagnostics: &diagnostics))
    benchmark.stopMeasurement()
    precondition(diagnostics.isEmpty, "the text is right: \(diagnostics.map(\.message))")
  } setup: {
    Facts.programText(lines: 20_000)
  }

  let body = (0..<100).map { "e(X\($0), X\(($0 * 7 + 3) % 60))" }.joined(separator: ", ")
  let wide = ".decl e(x: number, y: number)\n.decl ends(x: number, y: number)\nends(X0, X9) :- \(body)."
  Benchmark("check a body of 100 literals") { (benchmark: Benchmark, tree: SyntaxTree) in
    var diagnostics: [Diagnostic] = []
    benchmark.startMeasurement()
    blackHole(CheckedProgram(tree, diagnostics: &diagnostics))
    benchmark.stopMeasurement()
  } setup: {
    var diagnostics: [Diagnostic] = []
    return SyntaxTree(wide, diagnostics: &diagnostics)
  }

  Benchmark("plan a body of 100 literals") { (benchmark: Benchmark, program: Program) in
    let run = program.loaded()
    benchmark.startMeasurement()
    blackHole(run.plan())
    benchmark.stopMeasurement()
  } setup: {
    Program(wide, facts: ["e": Facts.randomGraph(nodes: 1_000, edges: 10_000)])
  }
}

/// The path of a new file with the text.
private func temporaryFile(_ text: String) -> String {
  var template = Array("/tmp/visitlog-benchmark-XXXXXX".utf8CString)
  let descriptor = mkstemp(&template)
  precondition(descriptor >= 0, "a file can be made in /tmp")
  let written = text.utf8.withContiguousStorageIfAvailable { write(descriptor, $0.baseAddress, $0.count) }
  precondition(written == text.utf8.count, "the file holds the text")
  close(descriptor)
  return template.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
}
