package import Engine

/// The plan of one stratum for people: names in place of numbers, and beside each choice what it was made on.
package struct PlanOutline: Sendable {
  /// The rules of one `StratumProfile.Part`, as the loops that they are.
  package struct Part: Sendable {
    package var part: StratumProfile.Part
    /// Places in the rules of the program that was planned; several where one step serves them all.
    package var rules: [Int]
    package var lines: [Line]
  }

  /// A loop, a test or the end of a rule.
  package struct Line: Sendable {
    /// How many loops stand around it.
    package var depth: Int
    package var text: String
    /// The operator and why it is that one.
    package var reason: String
    /// Bindings expected behind it; `nil` where they depend on what a round adds.
    package var expected: Double? = nil
    /// Its place in the steps of the rule's plan, or their number for the sink.
    package var step: Int? = nil
  }

  /// What is derived: predicates with the names of their columns.
  package var heads: [String]
  package var method: String
  package var parts: [Part]
}
