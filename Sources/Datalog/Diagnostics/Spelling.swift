/// The words among `candidates` that are nearest to `word` in spelling: all ties, each once, never `word` itself.
///
/// See `SpellingSearch` for what is near.
public func nearest(to word: String, among candidates: some Sequence<String>) -> [String] {
  var search = SpellingSearch(for: word.utf8)
  for var candidate in candidates { candidate.withUTF8 { search.consider($0) } }
  return search.nearest.map { String(decoding: $0, as: UTF8.self) }
}

/// A pass over many words for those nearest to one in spelling.
///
/// Distance is Damerau–Levenshtein in its restricted form (insert, delete, replace, swap neighbours; no stretch edited
/// twice) on lower-cased Unicode scalars, so a word that differs only in case is at distance 0 and nearest of all.
/// Near is a distance of at most 2 that is less than half of the word's length. The limit falls to the best distance
/// found so far, and only a candidate whose length allows it is compared.
///
/// With so few edits a comparison is a search with as many steps: equal beginnings are skipped, and each way to mend
/// the first difference is tried with an edit less. Unlike words are given up at their first letters.
///
/// Where nothing is near, words with the same stem stand in: one is the beginning of the other, by three scalars at
/// least, or they share more than half of the longer and all but the last letter of the shorter, as words do that end
/// differently. Those count that differ least behind the stem.
///
///     search for `met_ta`: `met_at` is at 1 (swap), `met_on` at 2, `meeting` too far
///     search for `organisation`: `org` is its beginning
///     search for `universities`: `university` ends differently
public struct SpellingSearch {
  private let bytes: [UInt8]
  private let word: [UInt32]
  /// The largest distance that still counts.
  private var limit: Int
  private var hasMatch = false
  /// How much the best words of the same stem so far differ behind it.
  private var leastRest = Int.max
  private var candidate: [UInt32] = []
  private var found: [[UInt8]] = []

  /// A search for the words nearest to the one with these UTF-8 bytes.
  public init(for word: some Sequence<UInt8>) {
    bytes = Array(word)
    var scalars: [UInt32] = []
    bytes.withUnsafeBufferPointer { appendFolded($0, to: &scalars) }
    self.word = scalars
    limit = min(2, (scalars.count - 1) / 2)
  }

  /// The nearest of the words considered: all ties in the order of their coming, each once.
  public var nearest: [[UInt8]] {
    var seen: Set<[UInt8]> = []
    return found.filter { seen.insert($0).inserted }
  }

  /// Compares the candidate with these UTF-8 bytes; text that is not UTF-8 is compared as if repaired.
  public mutating func consider(_ text: UnsafeBufferPointer<UInt8>) {
    let count = text.reduce(0) { $0 + ($1 & 0xC0 == 0x80 ? 0 : 1) }
    let mayBeNear = abs(count - word.count) <= limit
    guard mayBeNear || (!hasMatch && mayShareStem(text)) else { return }
    candidate.removeAll(keepingCapacity: true)
    appendFolded(text, to: &candidate)
    if mayBeNear, let distance = (0...limit).first(where: { isWithin($0, 0, 0) }) {
      guard !text.elementsEqual(bytes) else { return }
      if !hasMatch || distance < limit { found = [] }
      (limit, hasMatch) = (distance, true)
      found.append(Array(text))
    } else if !hasMatch {
      considerStem(of: text)
    }
  }

  /// Whether so many edits make the rest of the candidate of the rest of the word.
  private func isWithin(_ edits: Int, _ wordStart: Int, _ candidateStart: Int) -> Bool {
    var (a, b) = (wordStart, candidateStart)
    while a < word.count, b < candidate.count, word[a] == candidate[b] { (a, b) = (a + 1, b + 1) }
    let rests = (word.count - a, candidate.count - b)
    guard abs(rests.0 - rests.1) <= edits else { return false }
    if rests.0 == 0 || rests.1 == 0 { return true }
    guard edits > 0 else { return false }
    if rests.0 > 1, rests.1 > 1, word[a] == candidate[b + 1], word[a + 1] == candidate[b],
      isWithin(edits - 1, a + 2, b + 2)
    {
      return true
    }
    return isWithin(edits - 1, a + 1, b + 1) || isWithin(edits - 1, a + 1, b) || isWithin(edits - 1, a, b + 1)
  }

  /// Whether the first letters allow it; nearly all candidates end here.
  private func mayShareStem(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let first = text.first, let own = word.first else { return false }
    return first < 0x80 ? lowerCase[Int(first)] == own : own >= 0x80
  }

  private mutating func considerStem(of text: UnsafeBufferPointer<UInt8>) {
    let (shorter, longer) = (min(word.count, candidate.count), max(word.count, candidate.count))
    let shared = (0..<shorter).first { word[$0] != candidate[$0] } ?? shorter
    let rest = word.count + candidate.count - 2 * shared
    guard shared >= 3, rest <= leastRest, !text.elementsEqual(bytes) else { return }
    guard shared == shorter || (shared == shorter - 1 && 2 * shared > longer && endInLetters(behind: shared)) else {
      return
    }
    if rest < leastRest { found = [] }
    leastRest = rest
    found.append(Array(text))
  }

  private func endInLetters(behind stem: Int) -> Bool {
    (word[stem...] + candidate[stem...]).allSatisfy { Unicode.Scalar($0)?.properties.isAlphabetic ?? false }
  }
}

/// Appends the lower-cased scalars of UTF-8 text, one for each.
private func appendFolded(_ text: UnsafeBufferPointer<UInt8>, to scalars: inout [UInt32]) {
  if text.allSatisfy({ $0 < 0x80 }) {
    for byte in text { scalars.append(lowerCase[Int(byte)]) }
    return
  }
  for scalar in String(decoding: text, as: UTF8.self).unicodeScalars {
    switch scalar.value {
    case ..<0x590: scalars.append(lowerCase[Int(scalar.value)])
    // Ideographs and syllables.
    case 0x2E80..<0xA640: scalars.append(scalar.value)
    default: scalars.append(lowered(scalar))
    }
  }
}

/// The lower case of Latin, Greek, Cyrillic and Armenian, whose properties would take longer to look up.
private let lowerCase: [UInt32] = (0..<0x590).map { value in Unicode.Scalar(value).map(lowered) ?? value }

private func lowered(_ scalar: Unicode.Scalar) -> UInt32 {
  (scalar.properties.lowercaseMapping.unicodeScalars.first ?? scalar).value
}
