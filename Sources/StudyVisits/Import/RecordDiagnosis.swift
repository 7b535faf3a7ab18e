/// Finds the records without which nothing is violated: few, and the later of two that contradict each other.
///
/// A diagnosis in the sense of Reiter, found by halving as FastDiag does it (Felfernig, Schubert and Zehentner 2012,
/// https://doi.org/10.1017/S0890060411000011): k records of n are found by about 2k log(n/k) checks. A record that goes
/// may leave others without what they need, so it is looked again until nothing is violated.
struct RecordDiagnosis {
  private let check: ([ImportedRecord]) throws(KnowledgeBaseError) -> [Violation]
  /// The values that each record states, by its number.
  private let statedValues: [Int: Set<String>]
  /// Records with which nothing is violated.
  private(set) var sound: [ImportedRecord]
  /// Why the others are left out.
  private(set) var problems: [ImportProblem] = []
  /// What is looked at is gone when none of these is left.
  private var targets: Set<String> = []
  private var checkCount = 0

  /// Chosen: a list of which so many rows are looked at one by one is wrong as a whole.
  private static let checkLimit = 1000

  /// - Parameter check: what is violated when only these records are imported.
  init(
    _ records: [ImportedRecord],
    _ statedValues: [Int: Set<String>],
    check: @escaping ([ImportedRecord]) throws(KnowledgeBaseError) -> [Violation]
  ) {
    sound = records
    self.statedValues = statedValues
    self.check = check
  }

  /// Throws what is violated where no records can be found that cause it.
  mutating func diagnose() throws(KnowledgeBaseError) {
    while true {
      let violations = try check(sound)
      guard !violations.isEmpty else { return }
      targets = violations.reduce(into: []) { $0.formUnion($1.instances) }
      let values = violations.reduce(into: Set<String>()) { $0.formUnion($1.values) }
      let suspects = Set(sound.indices.filter { statedValues[sound[$0].number]?.isDisjoint(with: values) == false })
      var candidates = suspects
      if try !isGone(without: suspects) {
        candidates = Set(sound.indices)
        guard try isGone(without: candidates) else { throw .violated(violations) }
      }
      // Later records go before earlier ones.
      let causes = try causes(among: candidates.sorted(by: >), without: [], isDecided: false)
      for cause in causes.sorted() { try leaveOut(cause, of: causes) }
      sound = sound.indices.filter { !causes.contains($0) }.map { sound[$0] }
    }
  }

  /// The least of the candidates without which the targets are gone, given that they are without all of them.
  private mutating func causes(
    among candidates: [Int],
    without removed: Set<Int>,
    isDecided: Bool
  ) throws(KnowledgeBaseError) -> Set<Int> {
    if isDecided, try isGone(without: removed) { return [] }
    if candidates.count == 1 { return Set(candidates) }
    let (first, second) = (candidates[..<(candidates.count / 2)], candidates[(candidates.count / 2)...])
    let ofSecond = try causes(among: Array(second), without: removed.union(first), isDecided: true)
    let ofFirst = try causes(among: Array(first), without: removed.union(ofSecond), isDecided: !ofSecond.isEmpty)
    return ofFirst.union(ofSecond)
  }

  private mutating func isGone(without removed: Set<Int>) throws(KnowledgeBaseError) -> Bool {
    try violations(without: removed).allSatisfy { $0.instances.isDisjoint(with: targets) }
  }

  private mutating func violations(without removed: Set<Int>) throws(KnowledgeBaseError) -> [Violation] {
    let violations = try check(sound.indices.filter { !removed.contains($0) }.map { sound[$0] })
    checkCount += 1
    if checkCount > RecordDiagnosis.checkLimit { throw .violated(violations) }
    return violations
  }

  /// Tells what a record would violate if the others that are left out were.
  private mutating func leaveOut(_ record: Int, of causes: Set<Int>) throws(KnowledgeBaseError) {
    let violations = try violations(without: causes.subtracting([record]))
    let cause = violations.first { !$0.instances.isDisjoint(with: targets) } ?? violations.first
    let text = cause?.brief ?? "violated: a constraint, with others of the file"
    problems.append(ImportProblem(sound[record].place, "\(text); the record was left out"))
  }
}
