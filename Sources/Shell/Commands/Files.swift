import StudyVisits

extension Command {
  /// Commands that read and write files, and run programs.
  static let files: [Command] = [
    Command(
      "edit",
      "",
      .none,
      .typed,
      summary: "take the last statement to $EDITOR, and back into the line"
    ) { prompt, _ in prompt.editLast() },
    Command(
      "graph",
      "[VIEW, FILE or QUESTION] [--OPTION VALUE …]",
      .graph,
      .files,
      summary: "draw a graph: a shipped view, a file of rules, or a question's answer",
      details: """
        .graph                                   the views that there are
        .graph topics                            a tree, here
        .graph visit --output visit.svg          the ending says how: svg, html, graphml, …
        .graph meetings --from keio --hops 2     one neighbourhood
        .graph prompted(Cause, Effect) --top 20
        """
    ) { prompt, text throws(KnowledgeBaseError) in try prompt.draw(text) },
    Command(
      "import",
      "FILE",
      .file,
      .files,
      summary: "show what a list would bring, and store it once that is accepted",
      details: "  .import delegation.csv"
    ) { prompt, text throws(KnowledgeBaseError) in
      guard let path = prompt.path(text, orRefuse: "`.import` takes a file, such as `.import delegation.csv`") else {
        return
      }
      try prompt.importFile(path)
    },
    Command(
      "load",
      "FILE…",
      .file,
      .files,
      summary: "store the facts and rules of files in the open knowledge base",
      details: "  .load visit.dl"
    ) { prompt, text throws(KnowledgeBaseError) in
      let files = text.shellWords
      guard !files.isEmpty else { return prompt.refuse("`.load` takes files, such as `.load visit.dl`") }
      try prompt.load(files)
    },
    Command(
      "open",
      "FILE",
      .file,
      .files,
      summary: "open another knowledge base, or a new one with the vocabulary of study visits",
      details: "  .open visits.visitlog"
    ) { prompt, text throws(KnowledgeBaseError) in
      guard let path = prompt.path(text, orRefuse: "`.open` takes a file, such as `.open visits.visitlog`") else {
        return
      }
      try prompt.open(path)
    },
    Command(
      "read",
      "FILE",
      .file,
      .files,
      summary: "do what a file says, line by line, as if it were typed",
      details: "  .read questions.dl"
    ) { prompt, text throws(KnowledgeBaseError) in
      guard let path = prompt.path(text, orRefuse: "`.read` takes a file, such as `.read questions.dl`") else { return }
      try prompt.readScript(path)
    },
    Command(
      "save",
      "FILE",
      .file,
      .files,
      summary: "write everything to a new file, and go on with that",
      details: "  .save visits.visitlog"
    ) { prompt, text throws(KnowledgeBaseError) in
      guard let path = prompt.path(text, orRefuse: "`.save` takes a new file, such as `.save visits.visitlog`") else {
        return
      }
      try prompt.save(to: path)
    },
    Command("shell", "[COMMAND]", .text, .typed, summary: "run a command of the system, or a shell") {
      prompt,
      text throws(KnowledgeBaseError) in
      try prompt.runShell(text.isEmpty ? prompt.environment["SHELL"] ?? "/bin/sh" : text)
    },
  ]
}

extension Prompt {
  /// The one path that a command was given; without it, or with more, the reason is told.
  fileprivate func path(_ text: String, orRefuse reason: String) -> String? {
    let words = text.shellWords
    if words.count == 1 { return words[0].expandingHome(environment) }
    refuse(reason)
    return nil
  }

  fileprivate func draw(_ text: String) throws(KnowledgeBaseError) {
    var request: GraphRequest
    do throws(GraphRequest.Fault) {
      request = try GraphRequest(text)
    } catch {
      return refuse(error.description)
    }
    request.output = request.output?.expandingHome(environment)
    if request.format == nil, request.output == nil { request.format = .text }
    guard let named = request.subject else { return present([GraphRequest.viewList]) }
    guard !request.writtenFormat.isBinary || request.output != nil else {
      return refuse("\(request.writtenFormat.rawValue) is for a file: give `--output FILE`")
    }
    let subject = try GraphSubject(named.expandingHome(environment))
    let graph = try knowledgeBase.graph(of: subject, request.options, options: options, warn: report)
    for remark in request.remarks(on: graph) { say(remark) }
    guard request.output == nil else {
      return try request.write(graph, to: MemorySink(), isCancelled: { [interruption] in interruption.isPending })
    }
    let text = MemorySink()
    try request.write(graph, to: text, isCancelled: { [interruption] in interruption.isPending })
    present([text.text])
  }

  fileprivate func load(_ files: [String]) throws(KnowledgeBaseError) {
    let paths = files.map { $0.expandingHome(environment) }
    try knowledgeBase.requirePresent()
    if case .file(let path) = knowledgeBase.location {
      let report = try KnowledgeBase.load(
        paths,
        into: path,
        note: note(),
        allowsViolations: false,
        options: options,
        warn: report
      )
      return say(report.text)
    }
    // What cannot be read is told by its own name, not as the line that stands for it here.
    for path in paths { _ = try KnowledgeBase.contents(of: path) }
    let includes = paths.map { ".include \($0.quotedText)\n" }
    try enter(Array(includes.joined().utf8))
  }

  fileprivate func importFile(_ file: String) throws(KnowledgeBaseError) {
    try knowledgeBase.requirePresent()
    guard case .file(let path) = knowledgeBase.location else { throw .notStored }
    let read = try Import(file, into: path, options: options)
    let found = try read.deciding { name in
      say(name.question)
      return ask(name.choices)
    }
    present([found.report.text])
    guard found.report.changesAnything else { return say("nothing was changed") }
    guard agrees("store this? [y/N] ") else { return say("nothing was stored") }
    say(try found.store(note: note()).text)
  }

  fileprivate func open(_ path: String) throws(KnowledgeBaseError) {
    let opened: KnowledgeBase
    do throws(KnowledgeBaseError) {
      opened = try KnowledgeBase.open(.file(path))
    } catch {
      guard error.isMissingFile, isInteractive else { throw error }
      guard agrees("there is no `\(path)`; make a new knowledge base there? [y/N] ") else { return }
      try KnowledgeBase.create(path, note: note(), options: options)
      opened = try KnowledgeBase.open(.file(path))
    }
    guard mayGiveUpFacts() else { return }
    knowledgeBase = opened
    present = nil
    say("asking `\(path)`")
  }

  func save(to path: String) throws(KnowledgeBaseError) {
    let report = try knowledgeBase.save(to: path, note: note(), options: options, warn: report)
    say(report)
    if case .file = knowledgeBase.location { return }
    knowledgeBase = try KnowledgeBase.open(.file(path))
  }

  fileprivate func runShell(_ command: String) throws(KnowledgeBaseError) {
    do {
      let code = try ChildCommand.run(command, environment: environment)
      if code != 0 { say("exit status \(code)") }
    } catch {
      throw .output(path: "`\(command)`", error)
    }
    interruption.clear()
  }

  /// Hands the last statement to $EDITOR; what comes back stands in the next line.
  fileprivate func editLast() {
    let editor = environment["VISUAL"] ?? environment["EDITOR"] ?? "vi"
    switch EditedText.editing(lastEntry, with: editor, environment: environment) {
    case .text(let text):
      if text.isEmpty { say("nothing came back from `\(editor)`") } else { nextInitial = text }
    case .failed(let reason): refuse(reason)
    }
    interruption.clear()
  }
}

extension String {
  /// With the user's folder for `~` at its start.
  func expandingHome(_ environment: [String: String]) -> String {
    guard self == "~" || hasPrefix("~/"), let home = environment["HOME"] else { return self }
    return home + dropFirst()
  }

  /// As a string literal of the language.
  fileprivate var quotedText: String {
    "\"" + flatMap { $0 == "\"" || $0 == "\\" ? ["\\", $0] : [$0] } + "\""
  }
}
