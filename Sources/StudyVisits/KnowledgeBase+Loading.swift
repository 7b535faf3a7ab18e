internal import Datalog
internal import Engine
internal import Storage

/// Who made a change, and why.
public struct ChangeNote: Hashable, Sendable {
  public var author: String?
  public var reason: String?

  public init(author: String?, reason: String?) {
    self.author = author
    self.reason = reason
  }
}

/// What a load brought.
public struct LoadReport {
  public var asserted = 0
  public var known = 0
  public var gainedSources = 0
  public var retracted = 0
  public var declared = 0
  public var replacedFiles = 0
  /// Those that were let through.
  public var violations: [Violation] = []
  public let path: String

  public var hasChangedNothing: Bool {
    asserted == 0 && gainedSources == 0 && retracted == 0 && declared == 0 && replacedFiles == 0
  }

  /// In a line.
  public var text: String {
    if hasChangedNothing { return "`\(path)` holds all of this already; nothing was changed" }
    var parts: [String] = []
    func add(_ count: Int, _ one: String, _ many: String) {
      if count > 0 { parts.append("\(count) \(count == 1 ? one : many)") }
    }
    add(declared, "new predicate", "new predicates")
    add(asserted, "new fact", "new facts")
    add(known, "fact known already", "facts known already")
    add(gainedSources, "fact with further sources", "facts with further sources")
    add(retracted, "fact retracted", "facts retracted")
    add(replacedFiles, "file of rules", "files of rules")
    return "stored in `\(path)`: \(parts.joined(separator: ", "))"
  }
}

extension KnowledgeBase {
  public static func load(
    _ files: [String],
    into path: String,
    note: ChangeNote,
    allowsViolations: Bool,
    options: RunOptions,
    warn: (Findings) -> Void
  ) throws(KnowledgeBaseError) -> LoadReport {
    throw .notStored
  }
}
