#if canImport(Glibc)
  import Glibc
#endif

/// Writing to a file: beside it first, then renamed, so that the file is whole or as it was.
///
/// A link is followed, a file keeps its permissions, and a pipe or device is written to as it is: renaming would put a
/// file in its place.
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
    var status = stat()
    let isThere = stat(target, &status) == 0
    guard isThere ? status.st_mode & S_IFMT == S_IFREG : lstat(target, &status) != 0 else {
      return try write(into: target, flags: O_CREAT, named: path, isCancelled, body)
    }
    let draft = "\(target).\(getpid()).part"
    unlink(draft)
    do {
      // What may be secret is so from the beginning.
      let mode = isThere ? status.st_mode & 0o777 : 0o666
      try write(into: draft, flags: O_CREAT | O_EXCL | O_NOFOLLOW, mode: mode, named: path, isCancelled, body)
    } catch {
      unlink(draft)
      throw error
    }
    if isThere { chmod(draft, status.st_mode & 0o7777) }
    guard rename(draft, target) == 0 else {
      let code = errno
      unlink(draft)
      throw .file(FileError(path: path, operation: .write, code: code))
    }
  }

  /// - Parameter path: the file's name for messages.
  private static func write(
    into file: String,
    flags: Int32,
    mode: mode_t = 0o666,
    named path: String,
    _ isCancelled: @escaping () -> Bool,
    _ body: (FileDescriptorSink) throws(KnowledgeBaseError) -> Void
  ) throws(KnowledgeBaseError) {
    let descriptor = open(file, O_WRONLY | O_CLOEXEC | flags, mode)
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
