/// The words among `candidates` that are nearest to `word` in spelling: all ties, in the order given, never `word`
/// itself.
///
/// See `SpellingSearch` for what is near.
public func nearest(to word: String, among candidates: some Sequence<String>) -> [String] {
  var search = SpellingSearch(for: word.utf8)
  var found: [String] = []
  for var candidate in candidates {
    switch candidate.withUTF8({ search.consider($0) }) {
    case .farther: continue
    case .tie: found.append(candidate)
    case .nearer: found = [candidate]
    }
  }
  return found.uniqued()
}

/// The symbols among `candidates` that are nearest to `symbol` in spelling: all ties, in the order given, never
/// `symbol`
/// itself.
public func nearest(to symbol: Symbol, among candidates: some Sequence<Symbol>) -> [Symbol] {
  var search = SpellingSearch(for: symbol.utf8)
  var found: [Symbol] = []
  for candidate in candidates {
    switch candidate.utf8.withUnsafeBufferPointer({ search.consider($0) }) {
    case .farther: continue
    case .tie: found.append(candidate)
    case .nearer: found = [candidate]
    }
  }
  return found.uniqued()
}

/// A pass over many words for those nearest to one in spelling.
///
/// Distance is Damerau–Levenshtein in its restricted form (insert, delete, replace, swap neighbours; no stretch edited
/// twice) on lower-cased Unicode scalars, so a word that differs only in case is at distance 0 and nearest of all.
/// Near is a distance of at most 2 that is less than half of the word's length. The limit falls to the best distance
/// found so far; a candidate costs a full comparison only when its length and its set of scalars allow that distance,
/// and then only the band of the matrix within the limit (Ukkonen 1985, doi:10.1016/S0019-9958(85)80046-2).
///
/// Where nothing is near, words of which the searched one is a beginning, or that are a beginning of it, by three scalars
/// at least, stand in: those that differ least in length.
///
///     search for `met_ta`: `met_at` is at 1 (swap), `met_on` at 2, `meeting` too far
///     search for `organisation`: `org` is its beginning
public struct SpellingSearch {
  /// How a candidate compares with the best of those before it.
  public enum Verdict: Sendable {
    /// Not near, or farther than the best so far, or the word itself.
    case farther
    /// As near as the best so far.
    case tie
    /// Nearer than all before, which no longer count.
    case nearer
  }

  private let bytes: [UInt8]
  private let word: [UInt32]
  private let signature: UInt64
  /// The largest distance that still counts; negative when not even a difference in case would.
  private var limit: Int
  private var hasMatch = false
  /// By how many scalars the best beginning so far differs from the word.
  private var leastGap = Int.max
  private var candidate: [UInt32] = []
  private var rows: [[Int]]

  /// A search for the words nearest to the one with these UTF-8 bytes.
  public init(for word: some Sequence<UInt8>) {
    bytes = Array(word)
    var scalars: [UInt32] = []
    bytes.withUnsafeBufferPointer { appendFolded($0, to: &scalars) }
    self.word = scalars
    signature = scalars.reduce(0) { $0 | 1 << UInt64($1 & 63) }
    limit = min(2, (scalars.count - 1) / 2)
    rows = Array(repeating: Array(repeating: 0, count: scalars.count + 1), count: 3)
  }

  /// Compares the candidate with these UTF-8 bytes; text that is not UTF-8 is compared as if repaired.
  public mutating func consider(_ text: UnsafeBufferPointer<UInt8>) -> Verdict {
    guard !text.elementsEqual(bytes) else { return .farther }
    if limit >= 0, mayBeNear(text) {
      candidate.removeAll(keepingCapacity: true)
      appendFolded(text, to: &candidate)
      if let distance = nearDistance() {
        defer { (limit, hasMatch) = (distance, true) }
        return hasMatch && distance == limit ? .tie : .nearer
      }
    }
    return hasMatch ? .farther : considerBeginning(text)
  }

  /// The distance of the candidate, if it is within the limit.
  private mutating func nearDistance() -> Int? {
    guard abs(candidate.count - word.count) <= limit else { return nil }
    let others = candidate.reduce(UInt64(0)) { $0 | 1 << UInt64($1 & 63) }
    // One edit adds at most one scalar and takes away at most one.
    return (others ^ signature).nonzeroBitCount <= 2 * limit ? distance() : nil
  }

  private mutating func considerBeginning(_ text: UnsafeBufferPointer<UInt8>) -> Verdict {
    // Nearly all candidates end here, by their first bytes.
    guard text.count >= 3, bytes.count >= 3, text[0] | 0x20 == bytes[0] | 0x20, text[1] | 0x20 == bytes[1] | 0x20 else {
      return .farther
    }
    candidate.removeAll(keepingCapacity: true)
    appendFolded(text, to: &candidate)
    let shared = min(candidate.count, word.count)
    let gap = abs(candidate.count - word.count)
    guard shared >= 3, gap <= leastGap, candidate.prefix(shared) == word.prefix(shared) else { return .farther }
    defer { leastGap = gap }
    return gap == leastGap ? .tie : .nearer
  }

  /// Whether the length in bytes allows a distance within the limit: one scalar is at most four bytes.
  private func mayBeNear(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    // A change of case may also change the length of a scalar, by one byte for the few that do.
    abs(text.count - bytes.count) <= 4 * limit + word.count
  }

  /// The distance between `word` and `candidate`, or `nil` when it exceeds the limit.
  private mutating func distance() -> Int? {
    let width = word.count
    let far = limit + 1
    for column in 0...width { rows[0][column] = min(column, far) }
    for (row, scalar) in candidate.enumerated() {
      let (now, last, before) = ((row + 1) % 3, row % 3, (row + 2) % 3)
      let first = max(1, row + 1 - limit)
      let end = min(width, row + 1 + limit)
      rows[now][0] = min(row + 1, far)
      if first > 1 { rows[now][first - 1] = far }
      var best = rows[now][first - 1]
      guard first <= end else { return nil }
      for column in first...end {
        let isSame = word[column - 1] == scalar
        var cost = min(rows[last][column - 1] + (isSame ? 0 : 1), rows[now][column - 1] + 1)
        if column < row + 1 + limit { cost = min(cost, rows[last][column] + 1) }
        if row > 0, column > 1, scalar == word[column - 2], candidate[row - 1] == word[column - 1] {
          cost = min(cost, rows[before][column - 2] + 1)
        }
        rows[now][column] = min(cost, far)
        best = min(best, cost)
      }
      guard best <= limit || row == candidate.count - 1 else { return nil }
    }
    let distance = rows[candidate.count % 3][width]
    return distance <= limit ? distance : nil
  }
}

/// Appends the lower-cased scalars of UTF-8 text.
private func appendFolded(_ text: UnsafeBufferPointer<UInt8>, to scalars: inout [UInt32]) {
  if text.allSatisfy({ $0 < 0x80 }) {
    for byte in text { scalars.append(UInt32((0x41...0x5A).contains(byte) ? byte | 0x20 : byte)) }
    return
  }
  for scalar in String(decoding: text, as: UTF8.self).unicodeScalars {
    for lower in scalar.properties.lowercaseMapping.unicodeScalars { scalars.append(lower.value) }
  }
}

extension Array where Element: Hashable {
  /// Each element once, at its first place.
  fileprivate func uniqued() -> [Element] {
    var seen: Set<Element> = []
    return filter { seen.insert($0).inserted }
  }
}
