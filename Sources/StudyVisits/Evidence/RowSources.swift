internal import Datalog
internal import Engine
internal import Planning

/// What the rows of an answer rest on.
public struct RowSources: Sendable {
  /// What facts cite, in the order in which the proofs of the rows come to it.
  public internal(set) var passages: [Proof.Passage] = []
  /// For each row places in `passages`, ascending.
  public internal(set) var ofRow: [[Int]] = []
  /// For each row whether an aggregate in its proof has more solutions than were gone into.
  public internal(set) var isPartial: [Bool] = []
}

extension ProofSearch {
  /// What proofs that were found end at, without a word of how they go.
  ///
  /// - Parameters:
  ///   - roots: the conclusions that the rows are.
  ///   - choices: the step of each conclusion's proof.
  func sources(of roots: [Int], _ choices: [Int?], _ compilation: Compilation) throws(RunError) -> RowSources {
    var walk = ProofWalk(choices)
    var leaves: [Int] = []
    var facts: [PredicateID: [(number: Int, tuple: [Word])]] = [:]
    walk.begin(at: roots)
    while let next = walk.next(in: graph) {
      guard choices[next] == nil, case .tuple(let predicate, let tuple) = subjects[next] else { continue }
      leaves.append(next)
      facts[predicate, default: []].append((next, tuple))
    }
    let records = try compilation.records(of: facts, in: program)
    var register = PassageRegister(compilation)
    var passages = [[Int]](repeating: [], count: graph.count)
    for leaf in leaves { passages[leaf] = (records[leaf]?.sources ?? []).map { register.number(of: $0) } }
    var sources = RowSources()
    for root in roots {
      var found: Set<Int> = []
      var isPartial = false
      walk.begin(at: [root])
      while let next = walk.next(in: graph) {
        if let step = choices[next] {
          isPartial = isPartial || instances[step].groups.contains { $0.listed < $0.total }
        } else if !passages[next].isEmpty {
          found.formUnion(passages[next])
        }
      }
      sources.ofRow.append(found.sorted())
      sources.isPartial.append(isPartial)
    }
    sources.passages = try register.described()
    return sources
  }
}

/// Comes to all that proofs are made of, each once, as a reader of their trees does.
private struct ProofWalk {
  private let choices: [Int?]
  /// For each conclusion the last walk that came to it.
  private var walks: [Int]
  private var walk = 0
  private var pending: [Int] = []

  init(_ choices: [Int?]) {
    self.choices = choices
    walks = Array(repeating: 0, count: choices.count)
  }

  mutating func begin(at roots: [Int]) {
    walk += 1
    pending = roots.reversed()
  }

  mutating func next(in graph: DerivationGraph) -> Int? {
    while let next = pending.popLast() {
      guard walks[next] != walk else { continue }
      walks[next] = walk
      if let step = choices[next] { graph.forEachPremiseBackwards(of: step) { pending.append($0) } }
      return next
    }
    return nil
  }
}

extension CheckedProgram {
  /// The predicate that a fact is stated by, and how many of the columns are its; `nil` for what is no statement.
  func statements(of id: PredicateID) -> (predicate: Predicate, width: Int)? {
    let predicate = predicates[id.index]
    switch predicate.kind {
    case .mentions, .evidence: return nil
    case .cited(let cited): return (predicates[cited.index], predicate.columns.count - 2)
    case .ordinary, .answers: return (predicate, predicate.columns.count)
    }
  }
}

extension Compilation {
  /// How facts came to be there, by the numbers they are given; one look-up a predicate.
  func records(
    of facts: [PredicateID: [(number: Int, tuple: [Word])]],
    in program: CheckedProgram
  ) throws(RunError) -> [Int: FactBase.Record] {
    var found: [Int: FactBase.Record] = [:]
    for (id, asked) in facts {
      guard let (predicate, width) = program.statements(of: id) else { continue }
      let records = try self.facts.records(of: asked.map { Array($0.tuple.prefix(width)) }, predicate)
      for ((number, _), record) in zip(asked, records) { found[number] = record }
    }
    return found
  }
}
