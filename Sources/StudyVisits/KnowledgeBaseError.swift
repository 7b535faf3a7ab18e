public import Datalog
public import Storage

/// Diagnostics and the texts that they point into.
public struct Findings: Sendable {
  public let diagnostics: [Diagnostic]
  public let texts: [SourceText]

  public init(_ diagnostics: [Diagnostic], in texts: [SourceText]) {
    self.diagnostics = diagnostics
    self.texts = texts
  }

  public var isEmpty: Bool { diagnostics.isEmpty }
}

/// Why a knowledge base could not do what it was asked.
public enum KnowledgeBaseError: Error {
  /// The text has errors; nothing was evaluated or stored.
  case rejected(Findings)
  /// The evaluation ended early: an arithmetic error, a budget, or Ctrl-C.
  case stopped(Findings, isInterruption: Bool)
  case file(FileError)
  case input(InputFaults)
  case storage(StorageError)
  case output(path: String, ByteSinkError)
  case rendering(RenderingError)
  /// The change would violate constraints or keys; nothing was stored.
  case violated([Violation])
  /// The knowledge base is no file, so nothing can be stored in it.
  case notStored
}

/// A constraint or key that does not hold, with the bindings that show it.
public struct Violation {
  /// The constraint as written, or the key in words.
  public let statement: String
  /// Where it stands: `file:line`.
  public let place: String?
  public let answer: Answer

  public init(statement: String, place: String?, answer: Answer) {
    self.statement = statement
    self.place = place
    self.answer = answer
  }
}
