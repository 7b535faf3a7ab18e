internal import Datalog
internal import Engine

/// What a run has to say, in the order of the text.
public enum RunEvent {
  case answer(Answer)
  /// `.output` without a file and without an output folder.
  case output(predicate: String, Answer, OutputFormat?)
  case size(predicate: String, Int)
}

extension KnowledgeBase {
  /// Runs files (`-` is standard input): evaluates their questions and outputs in the order of the text.
  ///
  /// - Parameter warn: takes warnings; those of the check come before the first event.
  public func run(
    _ files: [String],
    options: RunOptions,
    warn: (Findings) -> Void,
    emit: (RunEvent) throws(KnowledgeBaseError) -> Void
  ) throws(KnowledgeBaseError) {
    options.explanation?.beginRun()
    defer { options.explanation?.endRun() }
    let texts = try options.explanation.timed(.reading) { () throws(KnowledgeBaseError) in
      try SourceFile.readAll(files)
    }
    let compilation = try compile(texts, dialect: .file, mode: .run, options: options)
    warn(compilation.warnings)
    let run = run(compilation, options: options)
    naming.running = NameRegister(compilation)
    defer { naming.running = nil }
    try perform(compilation, run, options: options, emit: emit)
    warn(Findings(run.missingValueWarnings, in: compilation.text.texts))
  }

  /// The answer of one question, whose `?-` and closing `.` may be left out.
  public func ask(
    _ question: String,
    options: RunOptions,
    warn: (Findings) -> Void
  ) throws(KnowledgeBaseError) -> Answer {
    options.explanation?.beginRun()
    defer { options.explanation?.endRun() }
    try refresh()
    let entry = Array(question.utf8)
    if let known = answers[entry, .question, options], let answer = known.answers.first {
      options.explanation?.recall(known.record)
      warn(known.warnings)
      warn(known.afterwards)
      return answer
    }
    let question = SourceText(name: "<question>", bytes: entry)
    let compilation = try compile([(question, nil)], dialect: .question, mode: .question, options: options)
    warn(compilation.warnings)
    let run = run(compilation, options: options, keeping: options.endsProcess ? nil : kept)
    for case .question(let question) in compilation.program.requests {
      let answer: Answer
      options.explanation?.beginRequest(written(question.span, in: compilation).text)
      do {
        answer = try run.answer(question.answers, order: question.order, limit: question.limit)
      } catch {
        throw compilation.error(error)
      }
      let missing = Findings(run.missingValueWarnings, in: compilation.text.texts)
      warn(missing)
      answers[entry, .question, options] = .init(
        warnings: compilation.warnings,
        answers: [answer],
        afterwards: missing,
        record: options.explanation?.record
      )
      return answer
    }
    preconditionFailure("the parser lets a single question through only if there is one")
  }

  func compile(
    _ files: [(text: SourceText, path: String?)],
    dialect: Dialect,
    mode: CheckedProgram.Mode,
    options: RunOptions
  ) throws(KnowledgeBaseError) -> Compilation {
    try options.explanation.timed(.reading) { () throws(KnowledgeBaseError) in
      try read(files, dialect: dialect, mode: mode, options: options)
    }
  }

  private func read(
    _ files: [(text: SourceText, path: String?)],
    dialect: Dialect,
    mode: CheckedProgram.Mode,
    options: RunOptions
  ) throws(KnowledgeBaseError) -> Compilation {
    try refresh()
    var text = base
    for source in sitting { text.addStored(source) }
    text.reach(options)
    for file in files { text.add(file.text, path: file.path, dialect: dialect) }
    var options = options
    options.limits = try options.limits.changed(by: text)
    return try Compilation(
      text,
      mode: mode,
      stored: stored,
      removals: removals,
      values: values,
      options: options
    )
  }

  /// A run of the program that the options' explanation is told of.
  func run(
    _ compilation: Compilation,
    options: RunOptions,
    keeping kept: KeptWork? = nil,
    following: Bool = false
  ) -> ProgramRun {
    let run = compilation.run(
      explaining: options.explanation.map { explanation in
        RunExplanation(explanation, of: compilation.program, written: written(in: compilation))
      },
      keeping: kept,
      following: following,
      watch: options.watch.map {
        ProgressWatch(of: compilation.program, written: written(in: compilation), tell: $0)
      }
    )
    if options.endsProcess { _ = Unmanaged.passRetained(run) }
    return run
  }

  func perform(
    _ compilation: Compilation,
    _ run: ProgramRun,
    options: RunOptions,
    emit: (RunEvent) throws(KnowledgeBaseError) -> Void
  ) throws(KnowledgeBaseError) {
    for request in compilation.program.requests {
      options.explanation?.beginRequest(written(request.span, in: compilation).text)
      do throws(RunError) {
        switch request {
        case .question(let question):
          let answer = try run.answer(question.answers, order: question.order, limit: question.limit)
          do throws(KnowledgeBaseError) {
            try options.explanation.timed(.output) { () throws(KnowledgeBaseError) in try emit(.answer(answer)) }
          } catch { throw .knowledgeBase(error) }
        case .output(let predicate, let path, let format, let span):
          let name = run.program.predicates[predicate.index].name
          let source = compilation.name(of: span)
          if let path {
            let file = outputFile(path, source: source, options)
            if let fault = compilation.text.reach.fault(of: file, written: path, at: span) {
              throw .knowledgeBase(.rejected(Findings([fault], in: compilation.text.texts)))
            }
          }
          let format = try outputFormat(format, path: path, at: span, compilation)
          let answer = try run.answer(predicate)
          do throws(KnowledgeBaseError) {
            try options.explanation.timed(.output) { () throws(KnowledgeBaseError) in
              try write(answer, of: name, to: path, as: format, source: source, options, emit)
            }
          } catch { throw .knowledgeBase(error) }
        case .printSize(let predicate, _):
          let count = try run.count(of: predicate)
          do {
            try emit(.size(predicate: run.program.predicates[predicate.index].name, count))
          } catch { throw .knowledgeBase(error) }
        }
      } catch {
        throw compilation.error(error)
      }
    }
  }

  /// The format asked for, else that of the file's ending; `nil` when neither says.
  private func outputFormat(
    _ name: String?,
    path: String?,
    at span: Span,
    _ compilation: Compilation
  ) throws(RunError) -> OutputFormat? {
    guard let name else {
      return path.flatMap(OutputFormat.init(endingOf:))
    }
    if let format = OutputFormat(rawValue: name) { return format }
    let known = OutputFormat.allCases.map { "`\($0.rawValue)`" }.joined(separator: ", ")
    let diagnostic = Diagnostic(
      .malformedDirective,
      at: span,
      "`\(name)` is no format for `.output`",
      help: "write one of \(known)"
    )
    throw .knowledgeBase(.rejected(Findings([diagnostic], in: compilation.text.texts)))
  }

  /// The file that an `.output` names.
  private func outputFile(_ path: String, source: String, _ options: RunOptions) -> String {
    let folder = path.hasPrefix("/") ? nil : options.outputFolder
    return folder.map { "\($0)/\(path)" } ?? SourceFile.resolve(path, besides: source)
  }

  private func write(
    _ answer: Answer,
    of predicate: String,
    to path: String?,
    as format: OutputFormat?,
    source: String,
    _ options: RunOptions,
    _ emit: (RunEvent) throws(KnowledgeBaseError) -> Void
  ) throws(KnowledgeBaseError) {
    let file: String
    if let path {
      file = outputFile(path, source: source, options)
    } else if let folder = options.outputFolder {
      file = "\(folder)/\(predicate).\(format?.fileEnding ?? "tsv")"
    } else {
      try emit(.output(predicate: predicate, answer, format))
      return
    }
    try OutputFile.write(answer, as: format ?? .tsv, to: file, isCancelled: options.isCancelled)
  }
}

extension Compilation {
  func name(of span: Span) -> String { text.texts[span.source.index].name }
}

extension Request {
  fileprivate var span: Span {
    switch self {
    case .question(let question): question.span
    case .output(_, _, _, let span), .printSize(_, let span): span
    }
  }
}
