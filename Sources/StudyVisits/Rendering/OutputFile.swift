#if canImport(Glibc)
  import Glibc
#endif

/// Writing an answer to a file: beside it first, then renamed, so that the file is whole or as it was.
enum OutputFile {
  static func write(_ answer: Answer, as format: OutputFormat, to path: String) throws(KnowledgeBaseError) {
    let temporary = "\(path).\(getpid()).part"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw .file(FileError(path: path, operation: .write, code: errno)) }
    do {
      // The tuple without columns, when it is there, is an empty line; nothing is an empty file.
      let sink = FileDescriptorSink(descriptor)
      if answer.isYesOrNo, format == .tsv {
        if answer.rowCount > 0 { try sink.write("()\n") }
      } else {
        try answer.write(as: format, to: sink)
      }
    } catch let error as RenderingError {
      close(descriptor)
      unlink(temporary)
      throw KnowledgeBaseError(error, path: path)
    } catch {
      close(descriptor)
      unlink(temporary)
      throw .file(FileError(path: path, operation: .write, code: EIO))
    }
    guard close(descriptor) == 0, rename(temporary, path) == 0 else {
      let code = errno
      unlink(temporary)
      throw .file(FileError(path: path, operation: .write, code: code))
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
    case .graphNeedsTwoColumns: self = .rendering(error)
    }
  }
}
