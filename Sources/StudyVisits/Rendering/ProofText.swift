extension Proof {
  /// Chosen: more solutions of an aggregate than these are only counted in the text.
  public static let solutionsInText = 100

  /// A tree for each root, facts with the numbers of the passages that they cite, and these below.
  ///
  /// What several steps rest on is drawn where it is first met. Chains deeper than `maximumDepth` go on in a tree of
  /// their own. Characters that would mislead at a terminal are escaped.
  public var text: String {
    var tree = ProofTree(self)
    return tree.text()
  }
}

/// Draws a proof.
private struct ProofTree {
  /// Chosen: deeper trees are not read at a glance, and leave no room for their words.
  private static let maximumDepth = 12

  private let proof: Proof
  private var lines: [String] = []
  private var drawn: Set<Int> = []
  /// Conclusions that are to be drawn below, in order, with the numbers that they have there.
  private var continued: [Int] = []
  private var numbers: [Int: Int] = [:]

  init(_ proof: Proof) {
    self.proof = proof
  }

  mutating func text() -> String {
    for root in proof.roots {
      if !lines.isEmpty { lines.append("") }
      draw(root, first: "", rest: "", depth: 0)
    }
    var next = 0
    while next < continued.count {
      lines.append("")
      let conclusion = continued[next]
      next += 1
      draw(conclusion, first: "(\(next)) ", rest: "    ", depth: 0)
    }
    if !proof.passages.isEmpty { lines.append("") }
    lines += proof.passages.lines
    return lines.map { $0 + "\n" }.joined()
  }

  private mutating func draw(_ number: Int, first: String, rest: String, depth: Int) {
    let conclusion = proof.conclusions[number]
    let text = conclusion.text.terminalText
    let steps = conclusion.reasons.compactMap { if case .step(let step) = $0 { step } else { nil } }
    guard !steps.isEmpty else {
      lines.append(first + text + note(conclusion))
      return
    }
    guard drawn.insert(number).inserted else {
      lines.append("\(first)\(text)  (see \(numbers[number].map { "(\($0))" } ?? "above"))")
      return
    }
    guard depth < ProofTree.maximumDepth else {
      drawn.remove(number)
      if numbers[number] == nil {
        continued.append(number)
        numbers[number] = continued.count
      }
      lines.append("\(first)\(text)  (see (\(numbers[number] ?? 0)))")
      return
    }
    lines.append(first + text + note(conclusion))
    for (place, step) in steps.enumerated() {
      let start = place == 0 ? "by" : "or by"
      lines.append("\(rest)\(start) \(step.place.terminalText): \(step.instance.terminalText)")
      draw(step.premises, rest: rest, depth: depth)
    }
  }

  private mutating func draw(_ premises: [Proof.Premise], rest: String, depth: Int) {
    for (place, premise) in premises.enumerated() {
      let isLast = place == premises.count - 1
      draw(premise, first: rest + (isLast ? "└─ " : "├─ "), rest: rest + (isLast ? "   " : "│  "), depth: depth)
    }
  }

  private mutating func draw(_ premise: Proof.Premise, first: String, rest: String, depth: Int) {
    switch premise {
    case .conclusion(let number): draw(number, first: first, rest: rest, depth: depth + 1)
    case .condition(let text): lines.append(first + text.terminalText)
    case .absent(let text, let count):
      lines.append("\(first)no \(text.terminalText): looked through \(count)")
    case .aggregate(let aggregate):
      lines.append("\(first)\(aggregate.text.terminalText), from \(counted(aggregate))")
      let listed = aggregate.solutions.prefix(Proof.solutionsInText)
      let left = aggregate.solutionCount - listed.count
      for (place, solution) in listed.enumerated() {
        let isLast = place == listed.count - 1 && left == 0
        draw(solution, first: rest + (isLast ? "└─ " : "├─ "), rest: rest + (isLast ? "   " : "│  "), depth: depth)
      }
      if left > 0 { lines.append("\(rest)└─ … and \(left) more") }
    }
  }

  private func counted(_ aggregate: Proof.Aggregate) -> String {
    if aggregate.function == "min" || aggregate.function == "max" { return "this" }
    return aggregate.solutionCount == 1 ? "1 solution" : "\(aggregate.solutionCount) solutions"
  }

  /// A solution that rests on one thing is that; others say their values first.
  private mutating func draw(_ solution: Proof.Solution, first: String, rest: String, depth: Int) {
    if solution.premises.count == 1 { return draw(solution.premises[0], first: first, rest: rest, depth: depth) }
    let values = solution.bindings.map { "\($0.name) = \($0.value)" }.joined(separator: ", ")
    lines.append(first + (values.isEmpty ? "one solution" : values.terminalText))
    draw(solution.premises, rest: rest, depth: depth)
  }

  /// What is said behind a conclusion: what a fact cites, and who entered it.
  private func note(_ conclusion: Proof.Conclusion) -> String {
    for reason in conclusion.reasons {
      switch reason {
      case .fact(let record): return proof.note(record)
      case .builtIn: return "  by what facts cite"
      case .step: continue
      }
    }
    return ""
  }
}

extension Proof {
  /// `  [1] entered by … on …, [2] by … on …`
  fileprivate func note(_ record: Record) -> String {
    let others = record.contradictions.map { "; but \($0.text.terminalText)\(numbers($0.passages))" }
    return origin(record) + others.joined()
  }

  private func numbers(_ passages: [Int]) -> String { passages.isEmpty ? "" : "  \(list(passages))" }

  private func list(_ passages: [Int]) -> String { "[\(passages.map { String($0 + 1) }.joined(separator: ", "))]" }

  private func origin(_ record: Record) -> String {
    guard let first = record.statements.first else {
      return record.passages.isEmpty ? "  stated without a source" + stated(in: record.files) : numbers(record.passages)
    }
    let later = record.statements.dropFirst()
    let own = record.passages.filter { passage in !later.contains { $0.passages.contains(passage) } }
    let how = own.isEmpty ? "  entered without a source" : "\(numbers(own)) entered"
    return "\(how) \(first.entry.words)"
      + later.map { ", \($0.passages.isEmpty ? "again" : list($0.passages)) \($0.entry.words)" }.joined()
  }

  private func stated(in files: [String]) -> String {
    files.isEmpty ? "" : " in \(files.map(\.terminalText).joined(separator: ", "))"
  }
}

extension Proof.Entry {
  /// `by anna on 2026-03-02 (first visit)`
  fileprivate var words: String {
    let reason = reason.map { " (\($0.terminalText))" } ?? ""
    return "by \((author ?? "somebody").terminalText) on \(Moment.shown(time).prefix(10))\(reason)"
  }
}

extension [Proof.Passage] {
  /// A line each: number, reference, day, and what it says.
  var lines: [String] {
    enumerated().map { place, passage in
      let day = passage.published.map { ", \($0)" } ?? ""
      let words = (passage.words ?? passage.title).map { "  “\($0.terminalText)”" } ?? ""
      return "[\(place + 1)] \(passage.reference.terminalText)\(day)\(words)"
    }
  }
}
