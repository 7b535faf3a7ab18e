internal import Datalog

/// Why the past could not be asked, or a change not be made or reversed.
public enum HistoryFault: Error, Hashable, Sendable {
  /// What is open is in memory.
  case hasNoPast
  /// A pattern of what is derived, or with passages.
  case notStored(String)
  case moment(Moment.Fault)
  /// An interval that ends before it begins.
  case backwards(since: String, until: String)
  /// The knowledge base began later.
  case nothingKnown(String, begin: String?)
  /// Changes are made now, and the knowledge base looks back.
  case looksBack(to: String)
  case noChange(Int)
  /// What the change did has been forgotten.
  case nothingToUndo(change: Int)
  /// Later changes build on one that was to be reversed; each in a line.
  case builtUpon(change: Int, by: [String])
  /// An entity that is to be given another name or place: why it cannot.
  case entity(String)
  /// What is to be changed as an entity is only a value.
  case noEntity(String)
  /// Facts that would come to cite what another passage says; each in a line.
  case citedOtherwise([String])
  /// It is forgotten, but others who read the file keep its log.
  case logInUse(path: String)
  /// Facts whose values cannot be converted; each in a line.
  case unconvertible([String])
}

extension HistoryFault: CustomStringConvertible {
  public var description: String {
    switch self {
    case .hasNoPast: "only a knowledge base file has a past; `--db FILE` opens one"
    case .notStored(let pattern):
      "`\(pattern)` is no pattern of stored facts; write one of a predicate with facts, and without sources"
    case .moment(let fault): fault.description
    case .backwards(let first, let last):
      "`\(last)` ends before `\(first)` begins; nothing can have changed from one to the other"
    case .nothingKnown(let moment, let begin):
      "nothing was known on \(moment): the first change was made \(begin.map { "on \($0)" } ?? "later")"
    case .looksBack(let moment):
      "this looks back to \(moment), and the past is not changed; `.asof now` returns to what is known today"
    case .noChange(let number): "there is no change \(number); `.log` lists them"
    case .nothingToUndo(let change): "change \(change) has left nothing that could be undone"
    case .builtUpon(let change, let reasons):
      "change \(change) cannot be undone, since later changes build on it:\(HistoryFault.list(reasons))"
    case .entity(let reason): reason
    case .noEntity(let text):
      "`\(text)` is no entity: no fact has it as its key; facts that hold it can be taken back one by one"
    case .citedOtherwise(let facts):
      "another passage has the same number, so \(facts.count == 1 ? "this fact" : "these facts") would cite what it says:"
        + HistoryFault.list(facts)
    case .logInUse(let path):
      "it is forgotten, but other programs read `\(path)`, and `\(path)-wal` holds it until they have been ended"
    case .unconvertible(let facts):
      "\(facts.count) \(facts.count == 1 ? "fact" : "facts") cannot be converted:\(HistoryFault.list(facts))"
    }
  }

  /// The first of some lines, each indented.
  static func list(_ lines: [String]) -> String {
    let rest = lines.count - shownCount
    let shown = lines.prefix(shownCount) + (rest > 0 ? ["and \(rest) more"] : [])
    return shown.map { "\n  \($0)" }.joined()
  }

  /// Chosen: half a screen.
  private static let shownCount = 12
}
