import Glibc
internal import StudyVisits

/// A file that answers are appended to, one after the other with an empty line between them; emptied when it is opened.
final class AnswerFile {
  let path: String
  private let descriptor: Int32
  private let sink: FileDescriptorSink
  private var hasAnswer = false

  init(_ path: String, interruption: Interruption) throws(KnowledgeBaseError) {
    self.path = path
    descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOCTTY, 0o666)
    guard descriptor >= 0 else { throw .output(path: "`\(path)`", .system(errno)) }
    sink = FileDescriptorSink(descriptor, isCancelled: { interruption.isPending })
  }

  deinit {
    close(descriptor)
  }

  /// What the file's ending stands for, else the mode; borders are for screens and texts.
  func format(in mode: OutputFormat) -> OutputFormat {
    OutputFormat(endingOf: path) ?? (mode == .box && !path.hasSuffix(".txt") ? .tsv : mode)
  }

  func append(
    _ answer: Answer,
    as format: OutputFormat,
    options: RenderingOptions
  ) throws(KnowledgeBaseError) {
    if hasAnswer { try append("\n") }
    hasAnswer = true
    do throws(RenderingError) {
      try answer.write(as: format, to: sink, options: options)
    } catch {
      throw KnowledgeBaseError(error, path: "`\(path)`")
    }
  }

  func append(_ text: String) throws(KnowledgeBaseError) {
    do throws(ByteSinkError) {
      try sink.write(text)
    } catch {
      throw .output(path: "`\(path)`", error)
    }
  }
}
