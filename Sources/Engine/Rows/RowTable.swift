/// A binary relation by one of its columns: for each key the set of words beside it.
///
/// The one format of all relations of at most two columns (a set of single words is the row of key 0), in the file's data,
/// frozen or growing. The directory is an array over the range of keys while that is dense, else a hash from key to row;
/// it turns from hash to array when keys fill enough of their range (`StorageForms`).
///
/// A pointer to a row holds until the next insertion of a new key.
final class RowTable {
  /// Rows in order of their first insertion; those that have lost all their words are empty.
  @exclusivity(unchecked) private(set) var keys: Vector<Word>
  /// The number of pairs.
  @exclusivity(unchecked) private(set) var count = 0
  let account: MemoryAccount
  let forms: StorageForms
  @exclusivity(unchecked) private var arena: LeafArena
  @exclusivity(unchecked) private var directory: Directory
  @exclusivity(unchecked) private(set) var bitmapWordCount: Int
  private(set) var slabs: [Slab] = []
  private let vacantRow: UnsafeMutablePointer<Row>

  /// An array of rows by key (`slots` empty), or rows by place in `keys` with an open-addressing table of places.
  private struct Directory {
    var rows: UnsafeMutablePointer<Row>
    var rowCapacity: Int
    var slots: UnsafeMutablePointer<UInt32>?
    var slotsLog2: UInt8 = 0
  }

  /// Sorted words that `slice` rows point into.
  final class Slab {
    @exclusivity(unchecked) var words: Vector<Word>

    init(words: consuming Vector<Word>) {
      self.words = words
    }
  }

  /// What a table is made for.
  struct Layout {
    /// How many ids the columns' dictionaries hold now; both may grow.
    let keyDomain: Int
    let valueDomain: Int
    let forms: StorageForms
  }

  /// - Parameter expectedKeys: an estimate; the directory adapts.
  init(_ layout: Layout, expectedKeys: Int = 0, account: MemoryAccount) {
    self.account = account
    forms = layout.forms
    keys = Vector(account: account)
    arena = LeafArena(account: account)
    bitmapWordCount = RowTable.bitmapWords(for: layout.valueDomain)
    vacantRow = .allocate(capacity: 1)
    vacantRow.initialize(to: Row())
    let range = max(layout.keyDomain, 1)
    if range <= max(forms.smallDirectory, expectedKeys * forms.directoryShare) {
      directory = Directory(rows: RowTable.zeroedRows(range, account), rowCapacity: range)
    } else {
      directory = Directory(rows: RowTable.zeroedRows(64, account), rowCapacity: 64)
      directory.slots = RowTable.vacantSlots(log2: 7, account)
      directory.slotsLog2 = 7
    }
  }

  deinit {
    vacantRow.deallocate()
    RowTable.release(directory, account)
  }

  /// Whether no row has memory of its own.
  var hasOnlySlabs: Bool { arena.byteCount == 0 }

  var byteCount: Int {
    let hash = directory.slots == nil ? 0 : 4 << Int(directory.slotsLog2)
    let frozen = slabs.reduce(0) { $0 + $1.words.byteCount }
    return keys.byteCount + directory.rowCapacity * MemoryLayout<Row>.stride + hash + arena.byteCount + frozen
  }

  /// Words of a bitmap over a domain, in whole vectors of eight with one to spare.
  private static func bitmapWords(for domain: Int) -> Int {
    (domain / 512 + 1) * 8
  }

  // MARK: Looking up

  /// The row of a key; an empty row when there is none.
  @inline(__always)
  func row(of key: Word) -> UnsafeMutablePointer<Row> {
    if directory.slots == nil {
      return Int(key) < directory.rowCapacity ? directory.rows + Int(key) : vacantRow
    }
    return hashedRow(of: key) ?? vacantRow
  }

  @inline(__always)
  private func hashedRow(of key: Word) -> UnsafeMutablePointer<Row>? {
    // SAFETY: called only when the directory is a hash, whose slots hold places in `keys`.
    let slots = directory.slots.unsafelyUnwrapped
    let mask = 1 &<< Int(directory.slotsLog2) &- 1
    var slot = Row.slot(of: key, log2: directory.slotsLog2)
    while true {
      let place = slots[slot]
      if place == UInt32.max { return nil }
      if keys.base[Int(place)] == key { return directory.rows + Int(place) }
      slot = (slot &+ 1) & mask
    }
  }

  // MARK: Inserting

  /// Whether the pair is new.
  @inline(__always)
  func insert(_ key: Word, _ value: Word) -> Bool {
    insert(writableRow(of: key), key, value)
  }

  /// The row of a key, made when there is none.
  @inline(__always)
  func writableRow(of key: Word) -> UnsafeMutablePointer<Row> {
    if directory.slots == nil, Int(key) < directory.rowCapacity { return directory.rows + Int(key) }
    return makeRow(of: key)
  }

  @inline(__always)
  func insert(_ row: UnsafeMutablePointer<Row>, _ key: Word, _ value: Word) -> Bool {
    if row.pointee.kind == .bitmap {
      let index = Int(truncatingIfNeeded: value &>> 6)
      if index < bitmapWordCount {
        let word = row.pointee.bits + index
        let bit: UInt64 = 1 &<< UInt64(value & 63)
        if word.pointee & bit != 0 { return false }
        word.pointee |= bit
        row.pointee.count &+= 1
        count &+= 1
        return true
      }
    } else if row.pointee.kind == .hash {
      return insertIntoHash(row, value)
    }
    return insertSlowly(row, key, value)
  }

  @inline(__always)
  private func insertIntoHash(_ row: UnsafeMutablePointer<Row>, _ value: Word) -> Bool {
    let words = row.pointee.words
    let mask = 1 &<< Int(row.pointee.capacityLog2) &- 1
    var slot = Row.slot(of: value, log2: row.pointee.capacityLog2)
    while true {
      let word = words[slot]
      if word == value { return false }
      if word == Row.vacant { break }
      slot = (slot &+ 1) & mask
    }
    words[slot] = value
    row.pointee.count &+= 1
    count &+= 1
    noteDomain(of: value)
    if Int(row.pointee.count) &* 2 > mask { enlarge(row) }
    return true
  }

  @inline(never)
  private func insertSlowly(_ row: UnsafeMutablePointer<Row>, _ key: Word, _ value: Word) -> Bool {
    if contains(row, value) { return false }
    noteDomain(of: value)
    switch row.pointee.kind {
    case .inline where row.pointee.count < 2:
      if row.pointee.count == 0 {
        if directory.slots == nil { keys.append(key) }
        row.pointee.payload = UInt64(value)
      } else {
        row.pointee.payload |= UInt64(value) &<< 32
      }
    case .array where Int(row.pointee.count) < 1 << Int(row.pointee.capacityLog2):
      row.pointee.words[Int(row.pointee.count)] = value
    case .bitmap: return insert(row, key, value)
    case .inline, .array, .slice, .hash:
      enlarge(row)
      return insert(row, key, value)
    }
    row.pointee.count += 1
    count += 1
    return true
  }

  /// Moves a row into the next larger leaf, or a frozen row into one of its own.
  @inline(never)
  private func enlarge(_ row: UnsafeMutablePointer<Row>) {
    let header = row.pointee
    let size = Int(header.count)
    if size >= forms.largestArray, size * forms.bitmapShare >= bitmapWordCount * 64 {
      moveToBitmap(row)
      return
    }
    let isArray = size < forms.largestArray
    let log2 = RowTable.log2(atLeast: isArray ? max(size + 1, 4) : max(size * 3, 32))
    let words = arena.take(log2: log2)
    words.update(repeating: Row.vacant, count: 1 << Int(log2))
    var place = 0
    forEach(row) { value in
      if isArray { words[place] = value } else { Row.placeInHash(words, log2: log2, value) }
      place &+= 1
    }
    release(header)
    row.pointee.payload = UInt64(UInt(bitPattern: words))
    row.pointee.kind = isArray ? .array : .hash
    row.pointee.capacityLog2 = log2
  }

  private static func log2(atLeast size: Int) -> UInt8 {
    UInt8(Int.bitWidth - (size - 1).leadingZeroBitCount)
  }

  /// Gives a row that is a slice or inline a leaf of its own.
  func makeOwnLeaf(_ row: UnsafeMutablePointer<Row>) {
    enlarge(row)
  }

  @inline(never)
  private func moveToBitmap(_ row: UnsafeMutablePointer<Row>) {
    let header = row.pointee
    let bits = arena.takeBitmap(wordCount: bitmapWordCount)
    forEach(row) { value in
      bits[Int(value &>> 6)] |= 1 &<< UInt64(value & 63)
    }
    release(header)
    row.pointee.payload = UInt64(UInt(bitPattern: bits))
    row.pointee.kind = .bitmap
  }

  private func release(_ header: Row) {
    switch header.kind {
    case .array, .hash: arena.give(header.words, log2: header.capacityLog2)
    case .bitmap: arena.giveBitmap(header.bits)
    case .inline, .slice: break
    }
  }

  /// Keeps the invariant that bitmaps are long enough for every word of the table, whatever leaf holds it.
  @inline(__always)
  private func noteDomain(of value: Word) {
    if Int(truncatingIfNeeded: value &>> 6) >= bitmapWordCount { ensureDomain(Int(value) &+ 1) }
  }

  @inline(never)
  private func growBitmaps(to grown: Int) {
    for index in 0..<keys.count {
      let row = row(of: keys.base[index])
      guard row.pointee.kind == .bitmap else { continue }
      let bits = arena.takeBitmap(wordCount: grown)
      bits.update(from: row.pointee.bits, count: bitmapWordCount)
      arena.giveBitmap(row.pointee.bits)
      row.pointee.payload = UInt64(UInt(bitPattern: bits))
    }
    bitmapWordCount = grown
  }

  /// Words up to the highest of a value domain must fit before whole bitmaps are joined. Where the dictionary has grown,
  /// all bitmaps are made half as long again.
  func ensureDomain(_ domain: Int) {
    if domain > bitmapWordCount * 64 { growBitmaps(to: RowTable.bitmapWords(for: domain + domain / 2)) }
  }

  // MARK: Directory

  @inline(never)
  private func makeRow(of key: Word) -> UnsafeMutablePointer<Row> {
    if directory.slots == nil {
      growArray(toHold: key)
      return directory.rows + Int(key)
    }
    if let row = hashedRow(of: key) { return row }
    if keys.count == directory.rowCapacity { growHash() }
    if directory.slots == nil { return writableRow(of: key) }
    let place = keys.count
    keys.append(key)
    putSlot(key, UInt32(place))
    return directory.rows + place
  }

  private func putSlot(_ key: Word, _ place: UInt32) {
    guard let slots = directory.slots else { return }
    let mask = 1 &<< Int(directory.slotsLog2) &- 1
    var slot = Row.slot(of: key, log2: directory.slotsLog2)
    while slots[slot] != UInt32.max { slot = (slot &+ 1) & mask }
    slots[slot] = place
  }

  private func growArray(toHold key: Word) {
    let capacity = max(Int(key) + 1, directory.rowCapacity * 2)
    let rows = RowTable.zeroedRows(capacity, account)
    rows.update(from: directory.rows, count: directory.rowCapacity)
    RowTable.release(directory, account)
    directory = Directory(rows: rows, rowCapacity: capacity)
  }

  /// Twice the rows; or, once keys fill enough of their range, an array.
  private func growHash() {
    var highest: Word = 0
    for index in 0..<keys.count { highest = max(highest, keys.base[index]) }
    let old = directory
    if Int(highest) < keys.count * forms.directoryShare {
      let rows = RowTable.zeroedRows(Int(highest) + 1, account)
      for index in 0..<keys.count { rows[Int(keys.base[index])] = old.rows[index] }
      directory = Directory(rows: rows, rowCapacity: Int(highest) + 1)
      dropEmptyKeys()
    } else {
      let rows = RowTable.zeroedRows(old.rowCapacity * 2, account)
      rows.update(from: old.rows, count: keys.count)
      directory = Directory(rows: rows, rowCapacity: old.rowCapacity * 2)
      directory.slotsLog2 = RowTable.log2(atLeast: directory.rowCapacity * 2)
      directory.slots = RowTable.vacantSlots(log2: directory.slotsLog2, account)
      for index in 0..<keys.count { putSlot(keys.base[index], UInt32(index)) }
    }
    RowTable.release(old, account)
  }

  /// An array's keys are listed when their rows get their first word, a hash's when the row is made.
  private func dropEmptyKeys() {
    var kept = 0
    for index in 0..<keys.count {
      let row = directory.rows[Int(keys.base[index])]
      guard row.count > 0 || row.kind != .inline else { continue }
      keys.base[kept] = keys.base[index]
      kept += 1
    }
    keys.count = kept
  }

  private static func zeroedRows(_ count: Int, _ account: MemoryAccount) -> UnsafeMutablePointer<Row> {
    account.grew(by: count * MemoryLayout<Row>.stride)
    return zeroed(count, of: Row.self)
  }

  private static func vacantSlots(log2: UInt8, _ account: MemoryAccount) -> UnsafeMutablePointer<UInt32> {
    account.grew(by: 4 << Int(log2))
    let slots = UnsafeMutablePointer<UInt32>.allocate(capacity: 1 << Int(log2))
    slots.initialize(repeating: UInt32.max, count: 1 << Int(log2))
    return slots
  }

  private static func release(_ directory: Directory, _ account: MemoryAccount) {
    freeZeroed(directory.rows)
    account.shrank(by: directory.rowCapacity * MemoryLayout<Row>.stride)
    if let slots = directory.slots {
      slots.deallocate()
      account.shrank(by: 4 << Int(directory.slotsLog2))
    }
  }

  // MARK: For unions and frozen rows, in the same module

  func noteInsertions(_ added: Int) {
    count &+= added
  }

  /// Turns a row that will be joined with a large one into a bitmap when it will be worth one.
  func widen(_ row: UnsafeMutablePointer<Row>, key: Word, toHold extra: Int) {
    guard row.pointee.kind != .bitmap else { return }
    let expected = Int(row.pointee.count) + extra / 2
    guard expected > forms.largestArray, expected * forms.bitmapShare >= bitmapWordCount * 64 else { return }
    // One that has lost its words is listed already.
    if row.pointee.count == 0, row.pointee.kind == .inline, directory.slots == nil { keys.append(key) }
    moveToBitmap(row)
  }

  /// Keeps a slab that rows will be slices of.
  func hold(_ slab: Slab) {
    slabs.append(slab)
  }

  /// Makes a header, whose leaf the table holds, the row of a key that has none yet.
  @discardableResult
  func adopt(_ header: Row, of key: Word) -> UnsafeMutablePointer<Row> {
    let row = writableRow(of: key)
    if directory.slots == nil, header.count > 0 { keys.append(key) }
    row.pointee = header
    count += Int(header.count)
    return row
  }

  /// Holds from now on what the rows of another table lie in, which is only good for giving them away then.
  func takeLeaves(of other: RowTable) {
    let longest = max(bitmapWordCount, other.bitmapWordCount)
    for table in [self, other] where table.bitmapWordCount < longest { table.growBitmaps(to: longest) }
    arena.absorb(&other.arena)
    slabs += other.slabs
  }
}
