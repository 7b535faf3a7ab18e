extension Proof {
  /// The proof as a directed graph in DOT: from each conclusion to what it rests on.
  public var graph: String {
    var writer = ProofGraphWriter(self)
    return writer.graph()
  }
}

private struct ProofGraphWriter {
  private let proof: Proof
  private var text: [UInt8] = []
  private var extraCount = 0

  init(_ proof: Proof) {
    self.proof = proof
  }

  mutating func graph() -> String {
    text.append("digraph proof {\n  graph [rankdir=TB, charset=\"UTF-8\"];\n")
    text.append(
      "  node [fontname=\"Helvetica\", fontsize=11, shape=box];\n  edge [fontname=\"Helvetica\", fontsize=9];\n"
    )
    for (number, conclusion) in proof.conclusions.enumerated() {
      var isFact = false
      for reason in conclusion.reasons {
        guard case .fact(let record) = reason else { continue }
        isFact = true
        let sources = record.passages.map { proof.passages[$0].reference }.joined(separator: ", ")
        node(
          "c\(number)",
          conclusion.text + (sources.isEmpty ? "" : "\n\(sources)"),
          "style=filled, fillcolor=\"#e8eef7\""
        )
      }
      if !isFact { node("c\(number)", conclusion.text, "style=rounded") }
      for (place, reason) in conclusion.reasons.enumerated() {
        guard case .step(let step) = reason else { continue }
        // Of several ways each has a node of its own.
        var from = "c\(number)"
        if conclusion.reasons.count > 1 {
          from = "c\(number)_\(place + 1)"
          node(from, step.place, "shape=plaintext")
          edge("c\(number)", from)
        }
        draw(step.premises, from: from)
      }
    }
    text.append("}\n")
    return String(decoding: text, as: UTF8.self)
  }

  private mutating func draw(_ premises: [Proof.Premise], from origin: String) {
    for premise in premises {
      switch premise {
      case .conclusion(let number): edge(origin, "c\(number)")
      case .condition(let words): edge(origin, extra(words, "shape=plaintext"))
      case .absent(let words, let count):
        edge(origin, extra("no \(words)\nlooked through \(count)", "style=dashed"))
      case .aggregate(let aggregate):
        let left = aggregate.solutionCount - aggregate.solutions.count
        let own = extra(aggregate.text + (left > 0 ? "\nand \(left) more" : ""), "shape=ellipse")
        edge(origin, own)
        for solution in aggregate.solutions { draw(solution.premises, from: own) }
      }
    }
  }

  private mutating func extra(_ label: String, _ attributes: String) -> String {
    extraCount += 1
    node("x\(extraCount)", label, attributes)
    return "x\(extraCount)"
  }

  private mutating func node(_ id: String, _ label: String, _ attributes: String) {
    text.append(contentsOf: "  \(id) [label=\"".utf8)
    DOTText.append(label, to: &text)
    text.append(contentsOf: "\", \(attributes)];\n".utf8)
  }

  private mutating func edge(_ from: String, _ to: String) {
    text.append(contentsOf: "  \(from) -> \(to);\n".utf8)
  }
}
