internal import Datalog
internal import Engine
internal import Planning
internal import Storage

extension KnowledgeBase {
  /// Whether facts were stated or taken back that no file holds.
  public var hasUnsavedFacts: Bool {
    guard case .file = location else { return sittingStatesFacts || !removals.isEmpty }
    return false
  }

  /// Stores the rules, constraints and declarations that were typed in the open file, beside those kept before.
  ///
  /// - Returns: what was stored, in a line.
  public func keepRules(note: ChangeNote, options: RunOptions, warn: (Findings) -> Void) throws(KnowledgeBaseError)
    -> String
  {
    guard case .file(let path) = location else { throw .notStored }
    try requirePresent()
    guard !sitting.isEmpty else { return "no rules were typed that are not kept already" }
    let typed = sitting.map(\.bytes)
    while true {
      let stored = try StoredFacts.open(path, mode: .write)
      let before = try stored.texts().filter { $0.name == KnowledgeBase.promptName }.map(\.bytes)
      let text = SourceText(
        name: KnowledgeBase.promptName,
        bytes: Array((before + typed).joined(separator: [UInt8(ascii: "\n")]))
      )
      let attempt = try LoadAttempt([(text, nil)], stored: stored, path: path, replaces: false, options: options)
      let violations = try attempt.violations(warn: warn)
      guard violations.isEmpty else { throw .violated(violations) }
      guard let changes = try attempt.commit(note: note) else { continue }
      sitting = []
      try refresh()
      return LoadReport(violations: [], changes: changes, path: path).text
    }
  }

  /// Writes everything that is open to a new file: facts, what was typed, rules and constraints.
  ///
  /// From a file everything is copied, past facts and changes too, but for the rules that were only typed.
  ///
  /// - Returns: what was stored, in a line.
  public func save(
    to path: String,
    note: ChangeNote,
    options: RunOptions,
    warn: (Findings) -> Void
  ) throws(KnowledgeBaseError) -> String {
    guard !SourceFile.exists(path) else { throw .file(.exists(path)) }
    // What is copied has the present too.
    try requirePresent()
    if let stored {
      do {
        try stored.store.copy(to: path)
      } catch {
        throw .storage(error)
      }
      return "copied to `\(path)`"
    }
    let typed = sitting.map(\.bytes).joined(separator: [UInt8(ascii: "\n")])
    let sources = base.texts + [SourceText(name: KnowledgeBase.promptName, bytes: Array(typed))]
    let attempt = try LoadAttempt(sources, without: removals, of: self, path: path, options: options)
    let violations = try attempt.violations(warn: warn)
    guard violations.isEmpty else { throw .violated(violations) }
    guard let changes = try attempt.commit(note: note) else {
      throw .file(.exists(path))
    }
    return LoadReport(violations: [], changes: changes, path: path).text
  }

  /// Writes a copy of the open file, past facts and changes too, while others may write to it.
  ///
  /// - Returns: what was written, in a line.
  public func backUp(to path: String, replacing isReplacing: Bool) throws(KnowledgeBaseError) -> String {
    guard let stored else { throw .notStored }
    guard isReplacing || !SourceFile.exists(path) else { throw .file(.exists(path)) }
    if case .file(let own) = location, SourceFile.canonicalPath(own) == SourceFile.canonicalPath(path) {
      throw .file(.exists(path))
    }
    try stored.translated { () throws(StorageError) in try stored.store.backUp(to: path) }
    return "copied to `\(path)`, and checked"
  }

  /// A new file with the shipped vocabulary and rules, and no facts.
  public static func create(_ path: String, note: ChangeNote, options: RunOptions) throws(KnowledgeBaseError) {
    guard !SourceFile.exists(path) else { throw .file(.exists(path)) }
    let sources = ShippedSeeds.rules.map { (text: $0, path: String?.none) }
    let attempt = try LoadAttempt(sources, stored: nil, path: path, replaces: false, options: options)
    _ = try attempt.commit(note: note)
  }

  /// The name that texts typed at the prompt go by.
  public static let promptName = "<prompt>"
}
