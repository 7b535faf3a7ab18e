/// The words common to several leaves, whose keys come row after row: the inner loop of a generic join (Ngo, Ré, Rudra:
/// Skew Strikes Back, SIGMOD Record 2013, doi:10.1145/2590989.2590991).
///
/// The smallest leaf is gone through and the others are probed, so that a row costs by its smallest leaf. While all keys
/// but the last stay the same, what they have in common is kept marked in a bitmap and the last leaf is probed against
/// that, branch-free: 0.019 s instead of 0.27 by merging on the triangles of 474k edges (measured, 2026-11).
final class LeafIntersection {
  struct Source {
    let relation: Relation
    let swapped: Bool
    let key: OperandReader
  }

  private let sources: [Source]
  @exclusivity(unchecked) private var tables: [RowTable] = []
  @exclusivity(unchecked) private var columns: [OperandColumn] = []
  /// The leaves of the row at hand, one for each source.
  private let rows: UnsafeMutablePointer<UnsafeMutablePointer<Row>?>
  /// The keys, without the last, of the row before.
  private let prefix: UnsafeMutablePointer<Word>
  @exclusivity(unchecked) private var hasPrefix = false
  @exclusivity(unchecked) private var isMarked = false
  @exclusivity(unchecked) private var marks: ScratchBitmap
  @exclusivity(unchecked) private var marked: Vector<Word>

  /// Rows between two polls.
  static let pollInterval = 64
  /// Chosen: a probe of a sorted slice costs about as much as this many of the bitmap.
  private static let probeCost = 6

  /// - Parameter sources: two or more, those whose keys change least often first.
  init(_ sources: [Source], context: EvaluationContext) {
    self.sources = sources
    prefix = .allocate(capacity: sources.count - 1)
    prefix.initialize(repeating: 0, count: sources.count - 1)
    marks = ScratchBitmap(domain: 1, account: context.account)
    marked = Vector(account: context.account)
    tables = sources.map { $0.relation.table(swapped: $0.swapped) }
    rows = .allocate(capacity: sources.count)
    rows.initialize(repeating: nil, count: sources.count)
  }

  deinit {
    prefix.deallocate()
    rows.deallocate()
  }

  /// Called before the batches of a run: the relations may have changed.
  func begin() {
    clear()
    hasPrefix = false
    tables = sources.map { $0.relation.table(swapped: $0.swapped) }
  }

  func take(_ batch: Batch) {
    columns = sources.map { $0.key.column(of: batch) }
  }

  /// How many words the row's leaves have in common.
  func count(at index: Int) -> Int {
    guard let smallest = select(index) else { return 0 }
    if isMarked { return countMarked() }
    var found = 0
    forEachProbed(smallest, leafCount: sources.count) { _ in found &+= 1 }
    return found
  }

  /// Whether the row's leaves have a word in common; the search ends with the first.
  func hasAny(at index: Int) -> Bool {
    guard let smallest = select(index) else { return false }
    if isMarked { return hasAnyMarked() }
    return tables[smallest].contains(row(smallest)) { word in
      for place in 0..<sources.count where place != smallest {
        if !tables[place].contains(row(place), word) { return false }
      }
      return true
    }
  }

  /// At most how many words `write` gives for the row; 0 for none.
  func bound(at index: Int) -> Int {
    guard let smallest = select(index) else { return 0 }
    return isMarked ? min(size(smallest), marked.count) : size(smallest)
  }

  /// Writes what the row that `bound` was asked for last has in common, in no order; one word may be written beyond.
  func write(to target: UnsafeMutablePointer<Word>) -> Int {
    var place = 0
    if isMarked {
      forEachMarked { word, isCommon in
        target[place] = word
        place &+= isCommon
      }
      return place
    }
    forEachProbed(smallestLeaf(sources.count), leafCount: sources.count) { word in
      target[place] = word
      place &+= 1
    }
    return place
  }

  // MARK: Rows

  /// Finds the leaves of a row; `nil` when one of them is empty, else the number of the smallest.
  @inline(__always)
  private func select(_ index: Int) -> Int? {
    let last = sources.count - 1
    var isSame = hasPrefix
    for place in 0..<last {
      let key = columns[place][index]
      if prefix[place] != key {
        isSame = false
        prefix[place] = key
      }
    }
    hasPrefix = true
    if isMarked, !isSame || tables[last].bitmapLength * 64 > marks.domain { clear() }
    // Rows move when their table gets a new key, so they are found again each time.
    for place in 0..<last { rows[place] = tables[place].row(of: prefix[place]) }
    rows[last] = tables[last].row(of: columns[last][index])
    let smallest = smallestLeaf(sources.count)
    if size(smallest) == 0 { return nil }
    // A prefix that comes a second time is worth marking.
    if isSame, !isMarked { mark() }
    return smallest
  }

  @inline(__always)
  private func row(_ place: Int) -> UnsafeMutablePointer<Row> {
    // SAFETY: `select` has found a row, perhaps an empty one, for each source.
    rows[place].unsafelyUnwrapped
  }

  @inline(__always)
  private func size(_ place: Int) -> Int { Int(row(place).pointee.count) }

  @inline(__always)
  private func smallestLeaf(_ count: Int) -> Int {
    var smallest = 0
    for place in 1..<count where size(place) < size(smallest) { smallest = place }
    return smallest
  }

  /// Marks what the leaves of the prefix have in common.
  @inline(never)
  private func mark() {
    var domain = 0
    for table in tables { domain = max(domain, table.bitmapLength * 64) }
    marks.ensureDomain(domain)
    let smallest = smallestLeaf(sources.count - 1)
    marked.reserve(size(smallest))
    let view = marks.view
    let out = marked.base
    var place = 0
    forEachProbed(smallest, leafCount: sources.count - 1) { word in
      view.mark(word)
      out[place] = word
      place &+= 1
    }
    marked.count = place
    isMarked = true
  }

  private func clear() {
    let view = marks.view
    for index in 0..<marked.count { view.forget(marked.base[index]) }
    marked.removeAll()
    isMarked = false
  }

  // MARK: Kernels

  /// The words of one of the first leaves that the others of them have too.
  @inline(__always)
  private func forEachProbed(_ smallest: Int, leafCount: Int, _ body: (Word) -> Void) {
    if leafCount == 2 {
      let (other, row) = (tables[1 - smallest], row(1 - smallest))
      tables[smallest].forEach(self.row(smallest)) { word in if other.contains(row, word) { body(word) } }
      return
    }
    tables[smallest].forEach(row(smallest)) { word in
      var isCommon = true
      for place in 0..<leafCount where place != smallest && isCommon {
        isCommon = tables[place].contains(row(place), word)
      }
      if isCommon { body(word) }
    }
  }

  /// Calls `body` with words of the last leaf or of the marked ones, and 1 for those that are both.
  @inline(__always)
  private func forEachMarked(_ body: (Word, Int) -> Void) {
    let view = marks.view
    let last = sources.count - 1
    let (table, row) = (tables[last], row(last))
    if hasFewMarked(row) {
      for index in 0..<marked.count {
        let word = marked.base[index]
        body(word, table.contains(row, word) ? 1 : 0)
      }
      return
    }
    table.forEach(row) { word in body(word, view.contains(word) ? 1 : 0) }
  }

  /// Whether the marked words are better looked up in the last leaf than its words among them.
  @inline(__always)
  private func hasFewMarked(_ row: UnsafeMutablePointer<Row>) -> Bool {
    marked.count * (row.pointee.kind == .bitmap ? 1 : LeafIntersection.probeCost) < Int(row.pointee.count)
  }

  @inline(never)
  private func hasAnyMarked() -> Bool {
    let view = marks.view
    let last = sources.count - 1
    let (table, row) = (tables[last], row(last))
    guard hasFewMarked(row) else { return table.contains(row) { view.contains($0) } }
    for index in 0..<marked.count where table.contains(row, marked.base[index]) { return true }
    return false
  }

  @inline(never)
  private func countMarked() -> Int {
    let last = sources.count - 1
    let (row, length) = (row(last), tables[last].bitmapLength)
    var found = 0
    if row.pointee.kind == .bitmap, length < min(marked.count, Int(row.pointee.count)) {
      let (ours, theirs) = (marks.view.bits, row.pointee.bits)
      for index in 0..<length { found &+= (ours[index] & theirs[index]).nonzeroBitCount }
      return found
    }
    forEachMarked { _, isCommon in found &+= isCommon }
    return found
  }
}
