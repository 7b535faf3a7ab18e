import Engine
import Planning
import Testing

/// Forms that relations are forced into.
struct ForcedForms: CustomTestStringConvertible, Sendable {
  let testDescription: String
  let forms: StorageForms

  /// Those of the rows of tables, and of their directories.
  static let ofRows = [
    ForcedForms(testDescription: "arrays", forms: .arrays),
    ForcedForms(testDescription: "hashes", forms: .hashes),
    ForcedForms(testDescription: "bitmaps", forms: .bitmaps),
    ForcedForms(testDescription: "own leaves", forms: .ownLeaves),
    ForcedForms(testDescription: "array directories", forms: .arrayDirectories),
    ForcedForms(testDescription: "hash directories", forms: .hashDirectories),
  ]

  /// Each that there is.
  static let all = ofRows + [ForcedForms(testDescription: "indexed", forms: .indexed)]
}

extension PlannerOptions {
  /// The options with one thing switched off, for each thing, and with all of them, by name.
  static let reduced: [(name: String, options: PlannerOptions)] = {
    let switches: [(String, WritableKeyPath<PlannerOptions, Bool>)] = [
      ("row build", \.usesRowBuild), ("row fixpoint", \.usesRowFixpoint), ("components", \.usesComponents),
      ("leaf union", \.usesLeafUnion), ("distinct", \.usesDistinct), ("intersection", \.usesIntersection),
      ("parts", \.usesParts), ("reduction", \.usesReduction), ("join order", \.usesJoinOrder),
      ("distinct insertion", \.usesDistinctInsertion), ("direct grouping", \.usesDirectGrouping),
      ("turns", \.usesTurns),
    ]
    var plain = PlannerOptions()
    var reduced = switches.map { name, option in
      var options = PlannerOptions()
      options[keyPath: option] = false
      plain[keyPath: option] = false
      return (name: "without \(name)", options: options)
    }
    reduced.append((name: "without any special form", options: plain))
    return reduced
  }()
}
