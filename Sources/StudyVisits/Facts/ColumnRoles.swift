internal import Datalog
internal import Storage

/// What the columns of a predicate have to do with entities.
struct ColumnRoles {
  /// The columns of symbols.
  let symbols: [Int]
  /// For each key with one symbol column, that column: its values are entities.
  let entities: [Int]
  /// An entity and, beside it, its `name` or `title`, or its other name in `alias`.
  let naming: (entity: Int, name: Int)?
  /// The columns that may hold identifiers: those of symbols, but for the names and kinds of entities.
  let references: [Int]

  init(of predicate: String, columns: [Column], keys: [[Int]]) {
    let symbols = columns.indices.filter { columns[$0].type == .symbol }
    let entities = keys.compactMap { key in
      let own = key.filter { columns[$0].type == .symbol }
      return own.count == 1 ? own[0] : nil
    }
    let name = symbols.first { columns[$0].name == "name" || columns[$0].name == "title" }
    let named = entities.first ?? (predicate == "alias" ? columns.firstIndex { $0.name == "entity" } : nil)
    let naming = name.flatMap { name in named.map { (entity: $0, name: name) } }
    self.symbols = symbols
    self.entities = entities
    self.naming = naming
    let kind = entities.isEmpty ? nil : symbols.first { columns[$0].name == "kind" }
    references = symbols.filter { entities.contains($0) || ($0 != naming?.name && $0 != kind) }
  }
}

extension Predicate {
  var roles: ColumnRoles { ColumnRoles(of: name, columns: columns, keys: keys) }

  var entityColumns: [Int] { roles.entities }
}

extension StoredPredicate {
  var roles: ColumnRoles {
    ColumnRoles(of: name, columns: columns.map { Column(name: $0.name, type: ValueType($0.type)) }, keys: keys)
  }
}
