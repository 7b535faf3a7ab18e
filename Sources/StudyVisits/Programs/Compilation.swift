internal import Datalog
internal import Engine
internal import Planning

/// A program that has been read and checked, with its facts in place: ready to be evaluated.
struct Compilation {
  let text: ProgramText
  let program: CheckedProgram
  let facts: FactBase
  let values: Values
  /// The symbols that facts hold, but those that are computed.
  let symbols: FactSymbols
  private let options: RunOptions
  /// When the time that is bounded began: with the reading of inputs, but where these are to be stored; `nil` with the run.
  private let start: Int64?
  /// Facts of texts that the knowledge base does not hold, but for those that are computed or read from inputs.
  private(set) var plainFacts: [String: [Facts]] = [:]
  /// Predicates that have other facts than those of the knowledge base, or facts that are computed.
  private(set) var foreign: Set<String> = []

  /// Checks the text, reads its inputs and settles its facts.
  init(
    _ text: ProgramText,
    mode: CheckedProgram.Mode,
    stored: StoredFacts?,
    removals: Removals,
    values: Values,
    options: RunOptions
  ) throws(KnowledgeBaseError) {
    self.text = text
    self.values = values
    self.options = options
    facts = FactBase(values: values, stored: stored, removals: removals, withheld: options.withheld)
    var catalogue = Catalogue(
      declarations: stored?.declarations ?? [],
      countFacts: { name in stored?.factCount(of: name) },
      patternFault: { Pattern.fault(in: $0.description) },
      parameters: text.parameters.merging(options.parameters) { _, given in given },
      today: options.today
    )
    // What the inputs hold decides which constants no fact contains, and the check says how to read them.
    var limits = options.limits
    if mode == .load { limits.time = nil }
    let reading = EvaluationContext(values: values, limits: limits, isCancelled: options.isCancelled)
    start = mode == .load ? nil : reading.start
    var inputs: [(Predicate, Facts)] = []
    catalogue.containsSymbol = FactSymbols(text.collectors, inputs: [], stored: stored, values: values).contains
    if text.hasInputs {
      let checked = try Compilation.check(text, mode: mode, catalogue: catalogue)
      inputs = try options.explanation.timed(.loading) { () throws(KnowledgeBaseError) in
        try Compilation.readInputs(of: text, checked, folder: options.factsFolder, reading)
      }
    }
    symbols = FactSymbols(text.collectors, inputs: inputs, stored: stored, values: values)
    catalogue.containsSymbol = symbols.contains
    catalogue.nearestSymbols = symbols.nearest
    program = try Compilation.check(text, mode: mode, catalogue: catalogue)
    for (predicate, input) in inputs {
      facts.add(input, to: predicate.name)
      foreign.insert(predicate.name)
    }
    settleFacts()
    try computeFacts()
    do {
      try facts.withholdPassages(of: program)
    } catch {
      throw self.error(error)
    }
  }

  private static func check(
    _ text: ProgramText,
    mode: CheckedProgram.Mode,
    catalogue: Catalogue
  ) throws(KnowledgeBaseError) -> CheckedProgram {
    var diagnostics = text.diagnostics
    let program = CheckedProgram(
      checking: text.trees,
      mode: mode,
      catalogue: catalogue,
      storedSources: text.storedSources,
      diagnostics: &diagnostics
    )
    guard let program, !diagnostics.contains(where: { $0.severity == .error }) else {
      throw .rejected(Findings(diagnostics.sortedByPlace, in: text.texts))
    }
    return program
  }

  /// Warnings that do not depend on an evaluation.
  var warnings: Findings {
    // What was typed before in this sitting is the user's own.
    let own = (text.diagnostics + program.warnings).filter { warning in
      warning.code != .joinsStoredRules
        || !warning.notes.contains { note in
          note.span.map { text.texts[$0.source.index].name == KnowledgeBase.promptName } ?? false
        }
    }
    return Findings(own.sortedByPlace, in: text.texts)
  }

  /// A run of the program under the options' limits.
  ///
  /// - Parameters:
  ///   - explanation: is told of the plans and how they went.
  ///   - kept: what is there already, and takes what becomes complete.
  ///   - following: whether the changes noted in `kept` are the plain facts; else predicates that have any are evaluated
  ///     apart.
  func run(
    explaining explanation: RunExplanation? = nil,
    keeping kept: KeptWork? = nil,
    following: Bool = false,
    watch: ProgressWatch? = nil
  ) -> ProgramRun {
    let isCancelled = options.isCancelled
    let context = EvaluationContext(
      values: values,
      account: kept?.context.account ?? MemoryAccount(),
      limits: options.limits,
      heldByteCount: facts.byteCount,
      parallelism: options.parallelism,
      start: start,
      isCancelled: watch.map { watch in
        {
          watch.look()
          return isCancelled()
        }
      } ?? isCancelled
    )
    watch?.context = context
    let foreign = following ? foreign : foreign.union(plainFacts.keys)
    return ProgramRun(
      program,
      source: facts,
      context: context,
      explanation: explanation,
      kept: kept?.share(of: program, without: foreign)
    )
  }

  /// Facts of one predicate that the texts state plainly.
  func plainFacts(of predicate: Predicate, context: EvaluationContext) -> Relation {
    let types = predicate.columns.map(\.type)
    let relation = Relation(types: types.map(\.wordType), context: context)
    for facts in plainFacts[predicate.name] ?? [] { facts.table.load(into: relation, types: types, values: values) }
    return relation
  }

  /// The error for what ended a run.
  func error(_ error: RunError) -> KnowledgeBaseError {
    switch error {
    case .knowledgeBase(let error): return error
    case .evaluation(let error):
      let diagnostic = Diagnostic.stopped(error, in: program)
      let isInterruption = diagnostic.code == .interrupted
      return .stopped(Findings([diagnostic], in: text.texts), isInterruption: isInterruption)
    }
  }

  // MARK: Facts

  private mutating func settleFacts() {
    let predicates = Dictionary(
      program.predicates.filter { $0.kind == .ordinary }.map { ($0.name, $0) },
      uniquingKeysWith: { first, _ in first }
    )
    for (tree, collector) in zip(text.trees, text.collectors) {
      let passages = tree.citedPassages(values)
      for collected in collector.tables {
        guard let predicate = predicates[collected.predicate] else { continue }
        collected.settle(types: predicate.columns.map(\.type))
        let origin = text.origin(of: tree.source)
        let settled = Facts(origin: origin, table: collected.table, sourceSets: passages, statings: tree.statings)
        if text.storedSources.contains(tree.source) {
          facts.hold(settled, of: predicate.name)
        } else {
          facts.add(settled, to: predicate.name)
          plainFacts[predicate.name, default: []].append(settled)
        }
      }
    }
  }

  /// Evaluates facts whose arguments are expressions.
  private mutating func computeFacts() throws(KnowledgeBaseError) {
    let evaluator = ScalarEvaluator(values: values)
    let trees = Dictionary(uniqueKeysWithValues: text.trees.map { ($0.source, $0) })
    var faults: [Diagnostic] = []
    for fact in program.computedFacts {
      let predicate = program.predicates[fact.predicate.index]
      var row: [UInt64] = []
      for argument in fact.arguments {
        let expression = ScalarExpression(ground: argument, values: values)
        let (word, outcome) = evaluator.value(of: expression)
        if outcome == .value {
          row.append(values.bits(of: word, expression.type))
        } else {
          faults.append(.factWithoutValue(outcome, at: fact.span))
        }
      }
      guard row.count == fact.arguments.count else { continue }
      let table = FactTable(columnCount: row.count)
      row.withUnsafeBufferPointer { table.append($0, sources: UInt32(fact.sources.index)) }
      guard let tree = trees[fact.source] else { preconditionFailure("a fact stands in one of the sources") }
      let origin = text.origin(of: fact.source)
      let computed = Facts(
        origin: origin,
        table: table,
        sourceSets: tree.citedPassages(values),
        statings: tree.statings
      )
      if text.storedSources.contains(fact.source) {
        facts.hold(computed, of: predicate.name)
      } else {
        facts.add(computed, to: predicate.name)
      }
      foreign.insert(predicate.name)
    }
    if !faults.isEmpty { throw .rejected(Findings(faults, in: text.texts)) }
  }

  // MARK: Inputs

  private static func readInputs(
    of text: ProgramText,
    _ program: CheckedProgram,
    folder: String?,
    _ reading: EvaluationContext
  ) throws(KnowledgeBaseError) -> [(Predicate, Facts)] {
    var inputs: [(Predicate, Facts)] = []
    var readByteCount = 0
    for tree in text.trees where !text.storedSources.contains(tree.source) {
      for case .directive(let directive) in tree.clauses {
        guard case .input(let name, let path, let sources) = directive.kind,
          let predicate = program.predicates.first(where: { $0.name == name.text && $0.kind == .ordinary })
        else { continue }
        let table = FactTable(columnCount: predicate.columns.count)
        let source = text.texts[tree.source.index].name
        let file = try inputPath(name, path: path, source: source, folder: folder, of: text)
        let reader = DelimitedReader(.init(path: file), columns: predicate.columns, values: reading.values)
        do {
          try reader.read(
            file,
            into: table,
            sources: UInt32(sources.index),
            isCancelled: {
              reading.heldByteCount = readByteCount + table.byteCount
              return reading.shouldStop
            }
          )
        } catch {
          guard error.faults.contains(where: { $0.reason == .interrupted }) else { throw .input(error) }
          throw stopped(reading, at: directive.span, in: text)
        }
        readByteCount += table.byteCount
        let origin = text.origin(of: tree.source)
        let facts = Facts(
          origin: origin,
          table: table,
          sourceSets: tree.citedPassages(reading.values),
          statings: tree.statings
        )
        inputs.append((predicate, facts))
      }
    }
    return inputs
  }

  /// What ended the reading of a file.
  private static func stopped(
    _ reading: EvaluationContext,
    at span: Span,
    in text: ProgramText
  ) -> KnowledgeBaseError {
    let diagnostic: Diagnostic
    do {
      try reading.poll()
      preconditionFailure("reading is ended by what the next poll throws")
    } catch {
      diagnostic = .stopped(error, reading: span)
    }
    return .stopped(Findings([diagnostic], in: text.texts), isInterruption: diagnostic.code == .interrupted)
  }

  /// The file of an `.input`: as named, relative to the file that says so; else the first of `p.tsv`, `p.csv`, `p.facts`
  /// in the folder of facts.
  private static func inputPath(
    _ predicate: Name,
    path: String?,
    source: String,
    folder: String?,
    of text: ProgramText
  ) throws(KnowledgeBaseError) -> String {
    if let path {
      let file = SourceFile.resolve(path, besides: source)
      if let fault = text.reach.fault(of: file, written: path, at: predicate.span) {
        throw .rejected(Findings([fault], in: text.texts))
      }
      return file
    }
    if text.reach.access == .nowhere,
      let fault = text.reach.fault(of: predicate.text, written: predicate.text, at: predicate.span)
    {
      throw .rejected(Findings([fault], in: text.texts))
    }
    let folder = folder ?? "."
    let candidates = ["tsv", "csv", "facts"].map { "\(folder)/\(predicate.text).\($0)" }
    if let found = candidates.first(where: SourceFile.exists) { return found }
    throw .rejected(Findings([.noInputFile(predicate, candidates)], in: text.texts))
  }
}

extension [Diagnostic] {
  /// By source and place, without repeats.
  var sortedByPlace: [Diagnostic] {
    var seen: Set<Diagnostic> = []
    return filter { seen.insert($0).inserted }.sorted { a, b in
      guard let left = a.span else { return b.span != nil }
      guard let right = b.span else { return false }
      return (left.source, left.start, left.end) < (right.source, right.start, right.end)
    }
  }
}

extension Diagnostic {
  static func factWithoutValue(_ outcome: ScalarOutcome, at span: Span) -> Diagnostic {
    switch outcome {
    case .overflow:
      Diagnostic(.arithmeticOverflow, at: span, "a value of this fact does not fit its type")
    case .divisionByZero:
      Diagnostic(.divisionByZero, at: span, "a value of this fact is divided by zero")
    case .missing, .value:
      Diagnostic(.wrongType, at: span, "a function in this fact has no value for its arguments")
    }
  }

  static func noInputFile(_ predicate: Name, _ candidates: [String]) -> Diagnostic {
    Diagnostic(
      .inputNotDeclared,
      at: predicate.span,
      "there is no file for `.input \(predicate.text)`: looked for \(candidates.map { "`\($0)`" }.joined(separator: ", "))",
      help: "name the folder with `--facts DIR`, or the file with `.input \(predicate.text) from \"FILE\"`"
    )
  }
}

extension ScalarEvaluator {
  /// The value of an expression without registers.
  func value(of expression: ScalarExpression) -> (word: Word, outcome: ScalarOutcome) {
    var none: UnsafeMutablePointer<Word>?
    var word: Word = 0
    var outcome: UInt8 = 0
    withUnsafeMutablePointer(to: &none) { registers in
      _ = compute(expression, registers: UnsafePointer(registers), count: 1, into: &word, outcomes: &outcome)
    }
    return (word, ScalarOutcome(rawValue: outcome) ?? .missing)
  }
}
