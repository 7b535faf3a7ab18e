internal import Datalog
internal import Engine
internal import Planning
internal import Storage

/// The facts of a knowledge base, column by column, with values as facts hold them: a symbol's word, a number's bits.
protocol ColumnFacts {
  /// The different values of a column; none for a predicate without facts.
  func values(of place: ColumnPlace) -> Set<UInt64>
  /// Lends the values of some columns of each fact.
  func forEachRow(of predicate: String, columns: [Int], _ body: ([UInt64]) -> Void)
  func text(ofSymbol word: UInt64) -> String
}

/// Those of a file, read through a connection of their own; what cannot be read is not there.
struct FileColumns: ColumnFacts {
  private let store: Store
  private let predicates: [String: StoredPredicate]

  /// - Parameter lastChange: the last one that is seen; `nil` sees all.
  init(path: String, asOf lastChange: Int?) throws(StorageError) {
    if let lastChange {
      store = try .open(path, asOf: lastChange)
    } else {
      store = try .open(path, mode: .read)
    }
    predicates = Dictionary(uniqueKeysWithValues: try store.predicates().map { ($0.name, $0) })
  }

  func values(of place: ColumnPlace) -> Set<UInt64> {
    var values: Set<UInt64> = []
    guard let predicate = predicates[place.predicate], place.column < predicate.columns.count else { return [] }
    try? store.forEachValue(of: predicate, column: place.column) { value in
      values.insert(value)
      return values.count < indexedValueLimit
    }
    return values
  }

  func forEachRow(of predicate: String, columns: [Int], _ body: ([UInt64]) -> Void) {
    guard let predicate = predicates[predicate] else { return }
    try? store.read(predicate, withSources: false) { block, rows in
      for row in rows.indices { body(columns.map { block[$0][row] }) }
    }
  }

  func text(ofSymbol word: UInt64) -> String {
    let text = (try? store.symbolText(UInt32(truncatingIfNeeded: word))) ?? []
    return String(decoding: text, as: UTF8.self)
  }
}

/// Those in memory.
final class MemoryColumns: ColumnFacts {
  private let compilation: Compilation
  private var rows: [String: (words: [Word], types: [WordType])] = [:]

  init(_ compilation: Compilation) {
    self.compilation = compilation
  }

  func values(of place: ColumnPlace) -> Set<UInt64> {
    var values: Set<UInt64> = []
    forEachRow(of: place.predicate, columns: [place.column]) { values.insert($0[0]) }
    return values
  }

  func forEachRow(of predicate: String, columns: [Int], _ body: ([UInt64]) -> Void) {
    let (words, types) = loaded(predicate)
    for start in stride(from: 0, to: words.count, by: max(types.count, 1)) {
      body(columns.map { compilation.values.bits(of: words[start + $0], types[$0]) })
    }
  }

  func text(ofSymbol word: UInt64) -> String { compilation.values.symbols[Word(truncatingIfNeeded: word)] }

  private func loaded(_ name: String) -> (words: [Word], types: [WordType]) {
    if let known = rows[name] { return known }
    guard let predicate = compilation.program.predicates.first(where: { $0.name == name && $0.kind == .ordinary }),
      !predicate.columns.isEmpty
    else { return ([], []) }
    let types = predicate.columns.map(\.type.wordType)
    let relation = Relation(types: types, context: EvaluationContext(values: compilation.values))
    try? compilation.facts.load(predicate, of: compilation.program, into: relation)
    let loaded = (words: relation.words(), types: types)
    rows[name] = loaded
    return loaded
  }
}
