/// Gives the texts that a caller numbered itself their ids in the file, during one change.
///
/// Ids below `known` are the file's already. Different ids of the caller have different texts, so a text that this
/// change put into the dictionary is never met again under another id, and only the texts that were there before need
/// to be searched: by the index when few are looked for, by one pass over the dictionary when many are. When a change
/// brings more texts than there were, their index is dropped and built anew in the end.
final class SymbolIntake {
  let known: Int
  private let connection: Connection
  /// The id in the file for each id of the caller from `known` on; 0 not asked for, `pending` asked for.
  private var fileIDs: [UInt32] = []
  private var wanted: [UInt32] = []
  /// How many texts the file had before the change.
  private let count: Int
  private var nextID: Int64
  private var table: TextTable?
  private var hasIndex = true
  private static let pending = UInt32.max

  init(_ connection: Connection, known: Int) throws(StorageError) {
    self.connection = connection
    self.known = known
    nextID = try connection.integer("select coalesce(max(id), 0) + 1 from vl_symbol")
    count = Int(nextID) - 1
  }

  /// Asks for an id of the caller.
  @inline(__always)
  func want(_ id: UInt32) {
    precondition(id != 0, "no symbol has the id 0")
    guard Int(id) >= known else {
      precondition(Int(id) <= count, "an id below the known symbols is the file's")
      return
    }
    let index = Int(id) - known
    if index >= fileIDs.count {
      fileIDs.append(contentsOf: repeatElement(0, count: index + 1 - fileIDs.count))
    }
    if fileIDs[index] == 0 {
      fileIDs[index] = SymbolIntake.pending
      wanted.append(id)
    }
  }

  /// The file's id for an id that was asked for and resolved.
  @inline(__always)
  func fileID(_ id: UInt32) -> UInt32 { Int(id) < known ? id : fileIDs[Int(id) - known] }

  /// Finds or makes what was asked for.
  func resolve(_ text: (UInt32) -> UnsafeBufferPointer<UInt8>) throws(StorageError) {
    guard !wanted.isEmpty else { return }
    wanted.sort()
    let missing = try find(text)
    wanted.removeAll(keepingCapacity: true)
    guard nextID + Int64(missing.count) < Int64(SymbolIntake.pending) else {
      throw .sqlite(path: connection.path, code: 0, message: "there are too many texts")
    }
    if hasIndex, missing.count >= max(1000, Int(nextID)) {
      try connection.execute("drop index vl_symbol_text")
      hasIndex = false
    }
    let row = try connection.prepare("insert into vl_symbol(id, text) values (?, ?)")
    for id in missing {
      row.bind(nextID, at: 1)
      row.bindText(text(id), at: 2, keep: false)
      try row.run()
      fileIDs[Int(id) - known] = UInt32(nextID)
      nextID += 1
    }
  }

  /// Builds the index that was put off.
  func finish() throws(StorageError) {
    if !hasIndex { try connection.execute(Schema.symbolIndex) }
    hasIndex = true
  }

  /// Looks for the wanted texts among those that were there; those that were not.
  private func find(_ text: (UInt32) -> UnsafeBufferPointer<UInt8>) throws(StorageError) -> [UInt32] {
    guard count > 0 else { return wanted }
    var missing: [UInt32] = []
    // A quarter: measured, one look-up costs as much as reading some four texts in passing.
    if table == nil, !hasIndex || wanted.count > count / 4 { table = try readTexts() }
    let row = try connection.prepare("select id from vl_symbol where text = ?")
    for id in wanted {
      let found: UInt32?
      if let table {
        found = table.id(of: text(id))
      } else {
        row.bindText(text(id), at: 1, keep: false)
        found = try row.step() ? UInt32(exactly: row.integer(0)) : nil
        row.reset()
      }
      if let found { fileIDs[Int(id) - known] = found } else { missing.append(id) }
    }
    return missing
  }

  private func readTexts() throws(StorageError) -> TextTable {
    var table = TextTable()
    let rows = try connection.prepare("select id, text from vl_symbol where id <= ?")
    rows.bind(count, at: 1)
    while try rows.step() {
      guard let id = UInt32(exactly: rows.integer(0)) else {
        throw .damaged(path: connection.path, detail: "a symbol's id is out of range")
      }
      table.insert(rows.bytes(1), id: id)
    }
    return table
  }
}
