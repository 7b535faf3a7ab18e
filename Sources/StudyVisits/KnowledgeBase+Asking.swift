internal import Datalog
internal import Engine

/// What a run has to say, in the order of the text.
public enum RunEvent {
  case answer(Answer)
  /// Why the answer before has no rows.
  case reasons(Findings)
  /// What the answer before leaves out.
  case leftOut(LeftOut)
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
    try onOneState { () throws(KnowledgeBaseError) in
      try evaluate(files, options: options, warn: warn, emit: emit)
    }
  }

  private func evaluate(
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
  ///
  /// - Parameters:
  ///   - warn: takes warnings, and why there is no answer.
  ///   - tell: takes what the answer leaves out, if the options say that it is looked for.
  public func ask(
    _ question: String,
    options: RunOptions,
    warn: (Findings) -> Void,
    tell: (LeftOut) -> Void = { _ in }
  ) throws(KnowledgeBaseError) -> Answer {
    try onOneState { () throws(KnowledgeBaseError) in try answer(question, options: options, warn: warn, tell: tell) }
  }

  private func answer(
    _ question: String,
    options: RunOptions,
    warn: (Findings) -> Void,
    tell: (LeftOut) -> Void
  ) throws(KnowledgeBaseError) -> Answer {
    options.explanation?.beginRun()
    defer { options.explanation?.endRun() }
    let entry = Array(question.utf8)
    if let known = answers[entry, .question, options], let answer = known.answers.first {
      options.explanation?.recall(known.record)
      warn(known.warnings)
      warn(known.afterwards)
      for case .leftOut(let leftOut) in known.events { tell(leftOut) }
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
        answer = try self.answer(question, run, compilation, options)
      } catch {
        throw compilation.error(error)
      }
      let missing = Findings(run.missingValueWarnings, in: compilation.text.texts)
      var afterwards = missing
      let remark = remark(on: answer, of: question, run, compilation, options)
      if case .reasons(let reasons)? = remark {
        afterwards = Findings(missing.diagnostics + reasons.diagnostics, in: missing.texts)
      }
      warn(afterwards)
      if case .leftOut(let leftOut)? = remark { tell(leftOut) }
      answers[entry, .question, options] = .init(
        warnings: compilation.warnings,
        events: [.answer(answer), remark].compactMap(\.self),
        afterwards: afterwards,
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
    privateTo owner: String? = nil,
    options: RunOptions
  ) throws(KnowledgeBaseError) -> Compilation {
    try options.explanation.timed(.reading) { () throws(KnowledgeBaseError) in
      try read(files, dialect: dialect, mode: mode, privateTo: owner, options: options)
    }
  }

  private func read(
    _ files: [(text: SourceText, path: String?)],
    dialect: Dialect,
    mode: CheckedProgram.Mode,
    privateTo owner: String?,
    options: RunOptions
  ) throws(KnowledgeBaseError) -> Compilation {
    try refresh()
    var text = base
    for source in sitting { text.addStored(source) }
    text.reach(options)
    for file in files { text.add(file.text, path: file.path, dialect: dialect) }
    if let owner { text.makePrivate(to: owner) }
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
          let answer = try answer(question, run, compilation, options)
          do throws(KnowledgeBaseError) {
            try options.explanation.timed(.output) { () throws(KnowledgeBaseError) in try emit(.answer(answer)) }
            if let remark = remark(on: answer, of: question, run, compilation, options) { try emit(remark) }
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
          let format = try outputFormat(format, path: path, at: span, compilation, options)
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

  func answer(
    _ question: CheckedQuestion,
    _ run: ProgramRun,
    _ compilation: Compilation,
    _ options: RunOptions
  ) throws(RunError) -> Answer {
    var answer =
      options.tellsSources
      ? try sourcedAnswer(question, run, compilation)
      : try run.answer(question.answers, order: question.order, limit: question.limit)
    answer.question = compilation.text.texts[question.span.source.index][question.span]
    return answer
  }

  /// Chosen: nobody waits much longer for what was not asked for.
  private static let remarkTime = Duration.seconds(1)

  /// What there is to say about an answer: why it has no rows, or what it leaves out.
  private func remark(
    on answer: Answer,
    of question: CheckedQuestion,
    _ run: ProgramRun,
    _ compilation: Compilation,
    _ options: RunOptions
  ) -> RunEvent? {
    let isEmpty = answer.rowCount == 0
    // What was expected needs no reason.
    guard isEmpty ? question.expected?.isEmpty != true : options.tellsLeftOut else { return nil }
    if question.limit == 0 {
      let reason = Reason("`limit 0` lets none through", at: question.span)
      let diagnostic = Diagnostic.noAnswer(reason, isYesOrNo: answer.columns.isEmpty)
      return .reasons(Findings([diagnostic], in: compilation.text.texts))
    }
    return run.lendingRun(within: KnowledgeBase.remarkTime) { run in
      let inquiry = Inquiry(run, of: compilation)
      guard isEmpty else { return inquiry.leftOut(by: question).map { .leftOut($0) } }
      let reasons = EmptyAnswer(question, inquiry).diagnostics
      return reasons.isEmpty ? nil : .reasons(Findings(reasons, in: compilation.text.texts))
    }
  }

  /// The format asked for, else that of the file's ending; `nil` when neither says.
  private func outputFormat(
    _ name: String?,
    path: String?,
    at span: Span,
    _ compilation: Compilation,
    _ options: RunOptions
  ) throws(RunError) -> OutputFormat? {
    guard let name else {
      return path.flatMap(OutputFormat.init(endingOf:))
    }
    let format = OutputFormat(rawValue: name)
    if let format, format.isText || path != nil || options.outputFolder != nil { return format }
    let known = OutputFormat.allCases.map { "`\($0.rawValue)`" }.joined(separator: ", ")
    let diagnostic = Diagnostic(
      .malformedDirective,
      at: span,
      format == nil ? "`\(name)` is no format for `.output`" : "`\(name)` is for a file, and none is named",
      help: format == nil ? "write one of \(known)" : "name one: `to \"p.\(name)\"`"
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
