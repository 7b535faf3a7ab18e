extension Store {
  /// The predicates, in the order of their declaration.
  public func predicates() throws(StorageError) -> [StoredPredicate] {
    try declaredPredicates().filter { declared in
      guard let lastChange else { return declared.ending == nil }
      return declared.change <= lastChange && declared.ending.map { $0 > lastChange } ?? true
    }.map(\.predicate)
  }

  /// All predicates that there have ever been, in the order of their declaration.
  public func declaredPredicates() throws(StorageError) -> [DeclaredPredicate] {
    var columns: [Int: [StoredColumn]] = [:]
    let columnRows = try connection.prepare("select predicate, name, type from vl_column order by predicate, position")
    while try columnRows.step() {
      guard let type = StoredType(rawValue: columnRows.text(2)) else { throw damage("a column has an unknown type") }
      columns[Int(columnRows.integer(0)), default: []].append(StoredColumn(name: columnRows.text(1), type: type))
    }
    var result: [DeclaredPredicate] = []
    let rows = try connection.prepare("select id, name, keys, declared from vl_predicate order by id")
    while try rows.step() {
      let id = Int(rows.integer(0))
      let (name, ending) = Schema.declared(rows.text(1))
      let columns = columns[id] ?? []
      guard let keys = Schema.keys(rows.text(2), columnCount: columns.count) else {
        throw damage("a key of `\(name)` names a column that is not there")
      }
      let predicate = StoredPredicate(id: id, name: name, columns: columns, keys: keys)
      result.append(DeclaredPredicate(predicate: predicate, change: Int(rows.integer(3)), ending: ending))
    }
    return result
  }

  /// The rules and constraints, in the order in which their files were first loaded.
  public func clauses() throws(StorageError) -> [StoredClauses] {
    let rows = try connection.prepare(
      """
      select file, text from vl_clause c where \(clauseCondition)
      order by (select min(id) from vl_clause where file = c.file)
      """
    )
    var result: [StoredClauses] = []
    while try rows.step() { result.append(StoredClauses(file: rows.text(0), text: rows.text(1))) }
    return result
  }

  private var clauseCondition: String {
    guard let lastChange else { return "retracted is null" }
    return "asserted <= \(lastChange) and (retracted is null or retracted > \(lastChange))"
  }

  /// What the facts of a predicate are selected from: their table, or what was there at the last change that is read.
  ///
  /// The union lets SQLite take each part by its own key (measured: one condition on one table takes twice the time).
  func facts(_ predicate: StoredPredicate) -> String {
    let table = Schema.table(predicate)
    guard let lastChange else { return table }
    let list = (Schema.columnNames(predicate) + ["source", "asserted"]).joined(separator: ", ")
    return """
      (select \(list) from \(table) where asserted <= \(lastChange) union all
      select \(list) from \(table)_past where retracted > \(lastChange) and asserted <= \(lastChange))
      """
  }

  /// How many facts a predicate has.
  public func rowCount(_ predicate: StoredPredicate) throws(StorageError) -> Int {
    Int(try connection.integer("select count(*) from \(facts(predicate))"))
  }

  /// Lends the facts of a predicate in blocks, those of now sorted by their columns.
  ///
  /// `columns` are raw 64-bit values: a symbol's id, the bits of an `Int64` or a `Double`, a date's key. `sourceSets`
  /// has each row's set of sources, 0 none, and 0 for all that are not asked for; it counts the rows.
  public func read(
    _ predicate: StoredPredicate,
    withSources: Bool = true,
    _ body: (_ columns: [UnsafeBufferPointer<UInt64>], _ sourceSets: UnsafeBufferPointer<UInt32>) -> Void
  ) throws(StorageError) {
    let names = Schema.columnNames(predicate)
    let list = names.joined(separator: ", ")
    let selected = withSources ? "\(list), source" : list
    let order = lastChange == nil ? " order by \(list)" : ""
    let statement = try connection.prepare("select \(selected) from \(facts(predicate))\(order)")
    let block = Block(predicate, withSources: withSources)
    while true {
      let rowCount = try block.fill(from: statement)
      if rowCount > 0 { block.lend(rowCount, to: body) }
      if rowCount < Block.capacity { return }
    }
  }

  /// Whether a predicate has at least so many facts.
  public func holds(_ count: Int, of predicate: StoredPredicate) throws(StorageError) -> Bool {
    guard count > 0 else { return true }
    // Skipping rows takes a quarter of the time of counting them (measured).
    return try connection.prepare("select 1 from \(facts(predicate)) limit 1 offset \(count - 1)").step()
  }

  /// The columns by whose values rows are found without reading the whole table.
  public func indexedColumns(_ predicate: StoredPredicate) throws(StorageError) -> [Int] {
    guard !predicate.columns.isEmpty else { return [] }
    // The past is indexed by its first column alone.
    guard lastChange == nil else { return [0] }
    let rows = try connection.prepare("select name from sqlite_schema where type = 'index' and tbl_name = ?")
    rows.bind(Schema.table(predicate), at: 1)
    var names: Set<String> = []
    while try rows.step() { names.insert(rows.text(0)) }
    return predicate.columns.indices.filter { $0 == 0 || names.contains(Schema.index(on: $0, of: predicate)) }
  }

  /// Lends, in blocks, the facts that have one of the values in a column; the values are raw and distinct.
  public func read(
    _ predicate: StoredPredicate,
    where column: Int,
    isOneOf values: [UInt64],
    _ body: (_ columns: [UnsafeBufferPointer<UInt64>], _ sourceSets: UnsafeBufferPointer<UInt32>) -> Void
  ) throws(StorageError) {
    let names = Schema.columnNames(predicate)
    let list = names.joined(separator: ", ")
    let statement = try connection.prepare(
      "select \(list), source from \(facts(predicate)) where \(names[column]) = ?"
    )
    // In one transaction: else each value would lock and unlock the file.
    try snapshot { () throws(StorageError) in
      try read(statement, forEach: values, isFloat: predicate.columns[column].type == .float, Block(predicate), body)
    }
  }

  private func read(
    _ statement: Statement,
    forEach values: [UInt64],
    isFloat: Bool,
    _ block: Block,
    _ body: (_ columns: [UnsafeBufferPointer<UInt64>], _ sourceSets: UnsafeBufferPointer<UInt32>) -> Void
  ) throws(StorageError) {
    var filled = 0
    for value in values {
      if isFloat {
        statement.bind(Double(bitPattern: value), at: 1)
      } else {
        statement.bind(Int64(bitPattern: value), at: 1)
      }
      while true {
        filled = try block.fill(from: statement, after: filled)
        guard filled == Block.capacity else { break }
        block.lend(filled, to: body)
        filled = 0
      }
      statement.reset()
    }
    if filled > 0 { block.lend(filled, to: body) }
  }

  /// All sets of sources, each in the order of documents and passages.
  public func sourceSets() throws(StorageError) -> [UInt32: [StoredPassage]] {
    let rows = try connection.prepare("select id, document, passage from vl_source order by id, document, passage")
    var result: [UInt32: [StoredPassage]] = [:]
    while try rows.step() {
      guard let id = UInt32(exactly: rows.integer(0)), let document = UInt32(exactly: rows.integer(1)) else {
        throw damage("a set of sources has an id out of range")
      }
      result[id, default: []].append(StoredPassage(document: document, passage: Int(rows.integer(2))))
    }
    return result
  }
}

/// Room for some thousand rows, column by column.
private final class Block {
  /// Chosen: with ten columns it still fits the second-level cache.
  static let capacity = 4096

  private let isFloat: [Bool]
  private let withSources: Bool
  private let values: UnsafeMutablePointer<UInt64>
  private let sources: UnsafeMutablePointer<UInt32>

  init(_ predicate: StoredPredicate, withSources: Bool = true) {
    self.withSources = withSources
    isFloat = predicate.columns.map { $0.type == .float }
    values = .allocate(capacity: max(1, predicate.columns.count) * Block.capacity)
    sources = .allocate(capacity: Block.capacity)
    sources.initialize(repeating: 0, count: Block.capacity)
  }

  deinit {
    values.deallocate()
    sources.deallocate()
  }

  /// Steps until the block is full or there are no more rows; how many there are in it then.
  func fill(from statement: Statement, after filled: Int = 0) throws(StorageError) -> Int {
    let columnCount = isFloat.count
    let source = Int32(max(1, columnCount))
    var row = filled
    // SAFETY: row < capacity and column < columnCount, for which `values` was allocated.
    while row < Block.capacity, try statement.step() {
      for column in 0..<columnCount {
        let value =
          isFloat[column]
          ? statement.float(Int32(column)).bitPattern : UInt64(bitPattern: statement.integer(Int32(column)))
        values[column * Block.capacity + row] = value
      }
      if withSources { sources[row] = UInt32(truncatingIfNeeded: statement.integer(source)) }
      row += 1
    }
    return row
  }

  func lend(
    _ rowCount: Int,
    to body: ([UnsafeBufferPointer<UInt64>], UnsafeBufferPointer<UInt32>) -> Void
  ) {
    let columns = isFloat.indices.map { column in
      UnsafeBufferPointer(start: values + column * Block.capacity, count: rowCount)
    }
    body(columns, UnsafeBufferPointer(start: sources, count: rowCount))
  }
}
