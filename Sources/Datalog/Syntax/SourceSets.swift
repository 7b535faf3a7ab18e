/// The distinct sets of passages that the facts of a source cite, while it is parsed; what `.stated` says of the facts
/// goes with the set.
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

  private struct Key: Hashable {
    let passages: [Passage]
    let stating: Stating?
  }

  private var known: [(citations: [Citation], stating: Stating?)] = [([], nil)]
  private var ids: [Key: SourceSetID] = [Key(passages: [], stating: nil): .none]
  /// The set without passages that the `.stated` in force goes with.
  private var statedSet = SourceSetID.none
  /// The passages of the `.cite` in force.
  private(set) var cited: [Citation] = []
  /// Their set.
  private(set) var citedSet = SourceSetID.none
  /// Where `@ …` was read and what set it is with the `.cite` in force, by a hash of its bytes: the latest of each
  /// slot.
  private var remembered: [(range: Range<Int>, set: SourceSetID)?] = Array(repeating: nil, count: slotCount)

  /// A power of two; as many passages as a source cites in turn before it is likely to be read anew; chosen.
  private static let slotCount = 1024

  var sets: [[Citation]] { known.map(\.citations) }
  /// One for each set.
  var statings: [Stating?] { known.map(\.stating) }

  /// What `.cite` puts in force; nothing for `.cite none`.
  mutating func cite(_ citations: [Citation]) {
    cited = citations
    beginAnew()
  }

  /// What `.stated` puts in force; `nil` for `.stated none`.
  mutating func state(_ stating: Stating?) {
    statedSet = id(of: [], stating)
    beginAnew()
  }

  private mutating func beginAnew() {
    citedSet = set(with: [])
    remembered = Array(repeating: nil, count: SourceSets.slotCount)
  }

  /// The set of some citations together with those in force.
  mutating func set(with citations: [Citation]) -> SourceSetID {
    id(of: cited + citations, known[statedSet.index].stating)
  }

  /// The set of an `@ …` that was written with the same bytes before.
  func remembered(_ range: Range<Int>, in text: UnsafeBufferPointer<UInt8>) -> SourceSetID? {
    guard let known = remembered[SourceSets.slot(range, text)], known.range.count == range.count else { return nil }
    for index in 0..<range.count
    where text[range.lowerBound + index] != text[known.range.lowerBound + index] { return nil }
    return known.set
  }

  mutating func remember(_ range: Range<Int>, in text: UnsafeBufferPointer<UInt8>, as set: SourceSetID) {
    remembered[SourceSets.slot(range, text)] = (range, set)
  }

  private static func slot(_ range: Range<Int>, _ text: UnsafeBufferPointer<UInt8>) -> Int {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for offset in range { hash = (hash ^ UInt64(text[offset])) &* 0x100_0000_01B3 }
    return Int(truncatingIfNeeded: (hash ^ (hash >> 32)) & UInt64(slotCount - 1))
  }

  private mutating func id(of citations: [Citation], _ stating: Stating?) -> SourceSetID {
    var distinct: [Citation] = []
    var seen: Set<Passage> = []
    for citation in citations where seen.insert(Passage(citation)).inserted { distinct.append(citation) }
    let key = Key(passages: seen.sorted(by: Passage.precedes), stating: stating)
    if let id = ids[key] { return id }
    let id = SourceSetID(known.count)
    known.append((distinct, stating))
    ids[key] = id
    return id
  }
}
