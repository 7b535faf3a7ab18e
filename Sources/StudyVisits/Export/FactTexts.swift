internal import Datalog
internal import Engine
internal import Planning

/// The facts of a knowledge base as texts, predicate by predicate, for formats that know predicates by name.
struct FactTexts {
  private let compilation: Compilation

  init(_ compilation: Compilation) { self.compilation = compilation }

  /// The facts of a predicate, each once and sorted; none where it does not have as many columns.
  func rows(_ name: String, columns count: Int) throws(RunError) -> [[String]] {
    let predicate = compilation.program.predicates.first { predicate in
      predicate.name == name && predicate.kind == .ordinary && predicate.columns.count == count
    }
    guard let predicate else { return [] }
    var rows: Set<[Symbol]> = []
    for statements in try compilation.facts.statements(of: predicate) {
      for row in statements.sources.indices {
        rows.insert(
          zip(statements.columns, predicate.columns).map { words, column in
            Symbol(compilation.values.text(of: words[row], column.type.wordType))
          }
        )
      }
    }
    return rows.sorted { $0.lexicographicallyPrecedes($1) }.map { $0.map(\.description) }
  }

  /// How many facts there are of predicates that are asked for in no other way, and of how many predicates.
  func count(without names: Set<String>) throws(RunError) -> (facts: Int, predicates: Int) {
    var (facts, predicates) = (0, 0)
    for predicate in compilation.program.predicates where predicate.kind == .ordinary && !names.contains(predicate.name)
    {
      let count = try compilation.facts.statements(of: predicate).reduce(0) { $0 + $1.sources.count }
      facts += count
      if count > 0 { predicates += 1 }
    }
    return (facts, predicates)
  }

  /// The facts of a predicate by their first column, which is left out.
  func rowsByFirst(_ name: String, columns count: Int) throws(RunError) -> [String: [[String]]] {
    var result: [String: [[String]]] = [:]
    for row in try rows(name, columns: count) { result[row[0], default: []].append(Array(row.dropFirst())) }
    return result
  }
}
