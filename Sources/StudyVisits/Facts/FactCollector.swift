internal import Datalog
internal import Engine

/// Takes the plain facts of one source while it is parsed, into columns; their types are settled when the whole program
/// has been checked.
final class FactCollector: FactSink {
  /// One for each fact summary of the syntax tree.
  private(set) var tables: [CollectedFacts] = []
  private let values: Values

  init(values: Values) {
    self.values = values
  }

  func receive(
    summary: Int,
    predicate: String,
    arguments: UnsafeBufferPointer<FactArgument>,
    sources: SourceSetID
  ) {
    if summary == tables.count { tables.append(CollectedFacts(predicate: predicate, columnCount: arguments.count)) }
    tables[summary].append(arguments, sources: UInt32(sources.index), values: values)
  }
}

/// The plain facts of one predicate and arity in one source.
final class CollectedFacts {
  let predicate: String
  let table: FactTable
  private var kinds: [ColumnKinds]
  private var isSettled = false

  /// How the literals of one column were written.
  private struct ColumnKinds {
    /// Of all rows while they agree.
    var first: LiteralKind?
    /// Of each row, once they do not.
    var each: [LiteralKind]?

    mutating func append(_ kind: LiteralKind, row: Int) {
      guard let first else {
        self.first = kind
        return
      }
      if each != nil {
        each?.append(kind)
      } else if kind != first {
        each = Array(repeating: first, count: row) + [kind]
      }
    }
  }

  init(predicate: String, columnCount: Int) {
    self.predicate = predicate
    table = FactTable(columnCount: columnCount)
    kinds = Array(repeating: ColumnKinds(), count: columnCount)
  }

  func append(_ arguments: UnsafeBufferPointer<FactArgument>, sources: UInt32, values: Values) {
    table.openRow()
    for (column, argument) in arguments.enumerated() {
      let bits = argument.kind == .symbol ? UInt64(values.symbols.intern(argument.text)) : argument.bits
      table.setOpenValue(bits, column: column)
      kinds[column].append(argument.kind, row: table.rowCount)
    }
    table.closeRow(sources: sources)
  }

  /// Columns in which some fact has a symbol.
  var symbolColumns: [Int] {
    kinds.indices.filter { kinds[$0].first == .symbol || kinds[$0].each?.contains(.symbol) == true }
  }

  /// Turns numbers into floats and years into dates where the columns' types ask for it; once, after the check.
  func settle(types: [ValueType]) {
    guard !isSettled, types.count == kinds.count else { return }
    isSettled = true
    for (column, type) in types.enumerated() {
      let kinds = kinds[column]
      table.updateColumn(column) { bits in
        for row in bits.indices {
          switch (type, kinds.each?[row] ?? kinds.first ?? .symbol) {
          case (.float, .number), (.float, .year): bits[row] = Double(Int64(bitPattern: bits[row])).bitPattern
          case (.date, .year): bits[row] = bits[row] * 10_000
          case (.symbol, _), (.number, _), (.float, _), (.date, _): break
          }
        }
      }
    }
  }
}
