internal import Foundation

extension Proof {
  /// The proof as JSON: `roots` and the premises of steps are places in `conclusions`, the sources of facts places in
  /// `passages`.
  public var json: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    do {
      return String(decoding: try encoder.encode(ProofObject(self)), as: UTF8.self) + "\n"
    } catch {
      preconditionFailure("texts and integers can be encoded: \(error)")
    }
  }
}

/// A proof in the shape of its JSON.
private struct ProofObject: Encodable {
  let roots: [Int]
  let conclusions: [ConclusionObject]
  let passages: [PassageObject]

  init(_ proof: Proof) {
    roots = proof.roots
    conclusions = proof.conclusions.map(ConclusionObject.init)
    passages = proof.passages.map(PassageObject.init)
  }
}

private struct PassageObject: Encodable {
  let document: String
  let passage: Int?
  let published: String?
  let title: String?
  let words: String?

  init(_ passage: Proof.Passage) {
    document = passage.document
    self.passage = passage.number
    published = passage.published
    title = passage.title
    words = passage.words
  }
}

private struct ConclusionObject: Encodable {
  let text: String
  let height: Int
  var fact: FactObject?
  var builtIn: Bool?
  var steps: [StepObject]?

  init(_ conclusion: Proof.Conclusion) {
    text = conclusion.text
    height = conclusion.height
    for reason in conclusion.reasons {
      switch reason {
      case .fact(let record): fact = FactObject(record)
      case .builtIn: builtIn = true
      case .step(let step): steps = (steps ?? []) + [StepObject(step)]
      }
    }
  }
}

private struct FactObject: Encodable {
  let passages: [Int]
  let files: [String]
  let change: Int?
  let time: String?
  let author: String?
  let reason: String?
  let additions: [AdditionObject]?
  let contradictions: [ContradictionObject]?

  init(_ record: Proof.Record) {
    passages = record.passages
    files = record.files
    let entry = record.statements.first?.entry
    change = entry?.change
    time = entry?.time
    author = entry?.author
    reason = entry?.reason
    additions = record.statements.count > 1 ? record.statements.dropFirst().map(AdditionObject.init) : nil
    contradictions = record.contradictions.isEmpty ? nil : record.contradictions.map(ContradictionObject.init)
  }
}

/// What a later change said of a fact.
private struct AdditionObject: Encodable {
  let passages: [Int]
  let change: Int
  let time: String
  let author: String?
  let reason: String?

  init(_ statement: Proof.Statement) {
    passages = statement.passages
    change = statement.entry.change
    time = statement.entry.time
    author = statement.entry.author
    reason = statement.entry.reason
  }
}

private struct ContradictionObject: Encodable {
  let text: String
  let passages: [Int]

  init(_ contradiction: Proof.Contradiction) {
    text = contradiction.text
    passages = contradiction.passages
  }
}

private struct StepObject: Encodable {
  let rule: String
  let instance: String
  let place: String
  let bindings: [String: String]
  let premises: [PremiseObject]

  init(_ step: Proof.Step) {
    rule = step.rule
    instance = step.instance
    place = step.place
    bindings = step.bindings.object
    premises = step.premises.map(PremiseObject.init)
  }
}

private struct PremiseObject: Encodable {
  var conclusion: Int?
  var absent: String?
  var candidates: Int?
  var condition: String?
  var aggregate: AggregateObject?

  init(_ premise: Proof.Premise) {
    switch premise {
    case .conclusion(let number): conclusion = number
    case .absent(let text, let count): (absent, candidates) = (text, count)
    case .condition(let text): condition = text
    case .aggregate(let aggregate): self.aggregate = AggregateObject(aggregate)
    }
  }
}

private struct AggregateObject: Encodable {
  let function: String
  let value: String
  let text: String
  let solutionCount: Int
  let solutions: [SolutionObject]

  init(_ aggregate: Proof.Aggregate) {
    function = aggregate.function
    value = aggregate.value
    text = aggregate.text
    solutionCount = aggregate.solutionCount
    solutions = aggregate.solutions.map(SolutionObject.init)
  }
}

private struct SolutionObject: Encodable {
  let bindings: [String: String]
  let premises: [PremiseObject]

  init(_ solution: Proof.Solution) {
    bindings = solution.bindings.object
    premises = solution.premises.map(PremiseObject.init)
  }
}

extension [Proof.Binding] {
  fileprivate var object: [String: String] {
    Dictionary(map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
  }
}
