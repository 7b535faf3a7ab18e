internal import Datalog

extension KnowledgeBase {
  /// Throws unless there are predicates of these names.
  public func checkPredicates(_ names: [String], options: RunOptions) throws(KnowledgeBaseError) {
    guard !names.isEmpty else { return }
    let known = Set(try compile([], dialect: .file, mode: .run, options: options).program.predicates.map(\.name))
    for name in names where !known.contains(name) {
      throw .unknown("predicate", name, nearest: Datalog.nearest(to: name, among: known.sorted()))
    }
  }

  /// A way to write everything that is known.
  public enum ExportFormat: Sendable {
    /// Text of the language that loads back to it.
    case program
    /// JSON as of https://www.popoloproject.com/specs/.
    case popolo
    /// JSON-LD in the terms of https://schema.org.
    case jsonLD
  }

  /// Writes everything that is known now, or was at the moment that is looked back to.
  ///
  /// - Parameter options: say which predicates' facts are left out.
  /// - Returns: what the format has no room for, in a sentence.
  public func export(
    _ format: ExportFormat,
    to sink: any ByteSink,
    options: RunOptions
  ) throws(KnowledgeBaseError) -> String? {
    try onOneState { () throws(KnowledgeBaseError) in
      let compilation = try compile([], dialect: .file, mode: .run, options: options)
      do {
        switch format {
        case .program: try ProgramExport(compilation, without: options.withheld).write(to: sink)
        case .popolo: return try PopoloExport(compilation).write(to: sink)
        case .jsonLD: try JSONLDExport(compilation).write(to: sink)
        }
        return nil
      } catch let error as RunError {
        throw compilation.error(error)
      } catch let error as ByteSinkError {
        throw KnowledgeBaseError.output(path: "the export", error)
      } catch {
        preconditionFailure("an export fails in one of the ways above: \(error)")
      }
    }
  }

  /// Writes a file, which is whole afterwards or as it was.
  public static func writeFile(
    _ path: String,
    isCancelled: @escaping () -> Bool,
    _ body: (any ByteSink) throws(KnowledgeBaseError) -> Void
  ) throws(KnowledgeBaseError) {
    try OutputFile.write(to: path, isCancelled: isCancelled, body)
  }

  /// The answer to a question, or to the one question of a file.
  public func answerToExport(
    _ question: String,
    options: RunOptions,
    warn: (Findings) -> Void
  ) throws(KnowledgeBaseError) -> Answer {
    guard SourceFile.isFile(question) else { return try ask(question, options: options, warn: warn) }
    var answers: [Answer] = []
    try run([question], options: options, warn: warn) { event in
      if case .answer(let answer) = event { answers.append(answer) }
    }
    guard answers.count == 1 else { throw .notOneQuestion(path: question, found: answers.count) }
    return answers[0]
  }
}
