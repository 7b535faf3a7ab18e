/// What is said of a name that is written much like that of a known entity.
public enum NameDecision: Hashable, Sendable {
  /// The identifier of the known one.
  case same(as: String)
  case new
}

/// A name that is written much like those of known entities: what bears it is left out until somebody decides.
public struct UndecidedName: Hashable, Sendable {
  public struct Candidate: Hashable, Sendable {
    let identifier: String
    let name: String
  }

  public let name: String
  /// The predicate of its entities.
  let kind: String
  /// Where it stands first.
  let place: String
  let candidates: [Candidate]

  /// For the report.
  var line: String {
    let list = candidates.map { "`\($0.identifier)` (\($0.name))" }.joined(separator: " or ")
    return "\(place): is `\(name)` (\(kind)) \(list)? A map says `\(name) -> same as \(candidates[0].identifier)` or "
      + "`\(name) -> new`"
  }

  /// For whoever sits at a terminal.
  public var question: String {
    let list = candidates.map { "`\($0.identifier)` (\($0.name))" }.joined(separator: ", ")
    return "\(place): `\(name)` (\(kind)) is written much like \(list)".terminalText
  }

  /// The answers that there are, in a few words.
  public var choices: String {
    "\(candidates.count == 1 ? "s: the same" : "an identifier: that one"), n: new, Enter: leave it out? "
  }

  /// What an answer to the question means; `nil` leaves the name out.
  public func decision(for answer: String) -> NameDecision? {
    let answer = answer.trimmingBlanks
    if let candidate = candidates.first(where: { $0.identifier == answer }) { return .same(as: candidate.identifier) }
    switch answer.lowercased() {
    case "s", "same": return candidates.count == 1 ? .same(as: candidates[0].identifier) : nil
    case "n", "new": return .new
    default: return nil
    }
  }
}
