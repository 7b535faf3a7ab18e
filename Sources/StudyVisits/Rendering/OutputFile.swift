#if canImport(Glibc)
  import Glibc
#endif

/// Writing to a file: beside it first, then renamed, so that the file is whole or as it was.
///
/// A link is followed, and a pipe or device is written to as it is: renaming would put a file in its place.
enum OutputFile {
  static func write(
    _ answer: Answer,
    as format: OutputFormat,
    to path: String,
    isCancelled: @escaping () -> Bool
  ) throws(KnowledgeBaseError) {
    try write(to: path, isCancelled: isCancelled) { sink throws(KnowledgeBaseError) in
      do throws(RenderingError) {
        try write(answer, as: format, to: sink)
      } catch {
        throw KnowledgeBaseError(error, path: "`\(path)`")
      }
    }
  }

  /// Writes what `body` gives.
  static func write(
    to path: String,
    isCancelled: @escaping () -> Bool,
    _ body: (FileDescriptorSink) throws(KnowledgeBaseError) -> Void
  ) throws(KnowledgeBaseError) {
    let target = SourceFile.canonicalPath(path)
    guard isReplaceable(target) else {
      return try write(into: target, flags: 0, named: path, isCancelled, body)
    }
    let draft = "\(target).\(getpid()).part"
    do {
      try write(into: draft, flags: O_CREAT | O_TRUNC, named: path, isCancelled, body)
    } catch {
      unlink(draft)
      throw error
    }
    guard rename(draft, target) == 0 else {
      let code = errno
      unlink(draft)
      throw .file(FileError(path: path, operation: .write, code: code))
    }
  }

  /// Whether the path is free or a file's.
  private static func isReplaceable(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) != 0 || status.st_mode & S_IFMT == S_IFREG
  }

  /// - Parameter path: the file's name for messages.
  private static func write(
    into file: String,
    flags: Int32,
    named path: String,
    _ isCancelled: @escaping () -> Bool,
    _ body: (FileDescriptorSink) throws(KnowledgeBaseError) -> Void
  ) throws(KnowledgeBaseError) {
    let descriptor = open(file, O_WRONLY | O_CLOEXEC | flags, 0o666)
    guard descriptor >= 0 else { throw .file(FileError(path: path, operation: .write, code: errno)) }
    do {
      try body(FileDescriptorSink(descriptor, isCancelled: isCancelled))
    } catch {
      close(descriptor)
      throw error
    }
    guard close(descriptor) == 0 else { throw .file(FileError(path: path, operation: .write, code: errno)) }
  }

  /// The tuple without columns, when it is there, is a line; nothing is an empty file.
  private static func write(
    _ answer: Answer,
    as format: OutputFormat,
    to sink: any ByteSink
  ) throws(RenderingError) {
    guard answer.isYesOrNo, format == .tsv else {
      try answer.write(as: format, to: sink)
      return
    }
    do throws(ByteSinkError) {
      if answer.rowCount > 0 { try sink.write("()\n") }
    } catch {
      throw .sink(error)
    }
  }
}

extension ByteSink {
  public func write(_ text: String) throws(ByteSinkError) {
    var failure: ByteSinkError?
    var text = text
    text.withUTF8 { bytes in
      do throws(ByteSinkError) { try write(bytes) } catch { failure = error }
    }
    if let failure { throw failure }
  }
}

extension KnowledgeBaseError {
  public init(_ error: RenderingError, path: String) {
    switch error {
    case .sink(let error): self = .output(path: path, error)
    case .graphNeedsTwoColumns, .workbook: self = .rendering(error)
    }
  }
}
