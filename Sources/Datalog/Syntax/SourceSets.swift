/// The distinct sets of passages that the facts of a source cite, while it is parsed.
struct SourceSets {
  private struct Passage: Hashable {
    let document: Symbol
    let passage: Int64?

    init(_ citation: Citation) {
      document = citation.document
      passage = citation.passage
    }

    static func precedes(_ a: Passage, _ b: Passage) -> Bool {
      // A document as a whole comes before its passages.
      (a.document, a.passage ?? -1) < (b.document, b.passage ?? -1)
    }
  }

  private(set) var sets: [[Citation]] = [[]]
  private var ids: [[Passage]: SourceSetID] = [[]: .none]
  /// The passages of the `.cite` in force.
  private(set) var cited: [Citation] = []
  /// Their set.
  private(set) var citedSet = SourceSetID.none
  /// The text of the last `@ …` and its set together with the `.cite` in force.
  private var lastText = 0..<0
  private var lastSet: SourceSetID?

  /// What `.cite` puts in force; nothing for `.cite none`.
  mutating func cite(_ citations: [Citation]) {
    cited = citations
    citedSet = id(of: citations)
    lastSet = nil
  }

  /// The set of some citations together with those in force.
  mutating func set(with citations: [Citation]) -> SourceSetID {
    id(of: cited + citations)
  }

  /// The set of the last `@ …` when it was written with the same bytes.
  func remembered(_ range: Range<Int>, in text: UnsafeBufferPointer<UInt8>) -> SourceSetID? {
    guard let lastSet, range.count == lastText.count else { return nil }
    for index in 0..<range.count where text[range.lowerBound + index] != text[lastText.lowerBound + index] { return nil }
    return lastSet
  }

  mutating func remember(_ range: Range<Int>, as set: SourceSetID) {
    lastText = range
    lastSet = set
  }

  private mutating func id(of citations: [Citation]) -> SourceSetID {
    var distinct: [Citation] = []
    var seen: Set<Passage> = []
    for citation in citations where seen.insert(Passage(citation)).inserted { distinct.append(citation) }
    let key = seen.sorted(by: Passage.precedes)
    if let known = ids[key] { return known }
    let id = SourceSetID(sets.count)
    sets.append(distinct)
    ids[key] = id
    return id
  }
}
