import Datalog
import StudyVisits

/// What is said to whoever sits before the prompt, and asked.
extension Prompt {
  func say(_ text: String) {
    progress?.clear()
    display.say(text)
  }

  /// Says what a command was asked for, however long it is.
  func present(_ lines: [String], _ overflow: RenderingOptions.Overflow = .wrap) {
    progress?.clear()
    let ended = lines.map { $0.hasSuffix("\n") ? $0 : $0 + "\n" }
    if !lines.isEmpty { display.present(ended.joined(), overflow) }
  }

  /// Warnings: to a person in a dim line each.
  func report(_ findings: Findings) {
    guard !findings.isEmpty else { return }
    if isInteractive {
      for line in findings.briefs { say(display.dim(line)) }
    } else {
      say(findings.rendered(isColoured: display.surroundings.areMessagesColoured))
    }
    offerCorrection(findings)
  }

  func show(_ event: RunEvent) throws(KnowledgeBaseError) {
    progress?.clear()
    switch event {
    case .answer(let answer): try show(answer)
    case .reasons(let reasons): report(reasons)
    case .leftOut(let leftOut):
      self.leftOut = leftOut
      say(display.dim(leftOut.text + "; `.left` lists them"))
    case .output(_, let answer, let format): try show(answer, as: format)
    case .size(let predicate, let count): try display.write(line: "\(predicate)\t\(count)")
    }
  }

  func show(_ answer: Answer, as format: OutputFormat? = nil) throws(KnowledgeBaseError) {
    outcome.rowCounts.append(answer.rowCount)
    leftOut = nil
    let elapsed = ContinuousClock.now - outcome.start
    let names = display.needsNames ? try knowledgeBase.names(of: answer, options: options) : [:]
    try display.show(answer, as: format, named: names, elapsed: elapsed)
  }

  /// Says what is wrong with a command, which ends a script.
  func refuse(_ reason: String) {
    say("error: \(reason)")
    outcome.hasFailed = true
    stopScript(2)
  }

  /// Has a text ready that one key puts into the line.
  func offer(_ text: [UInt8]) {
    lines.correction = text
    say(display.dim("Tab puts `\(String(decoding: text, as: UTF8.self).trimmingBlanks)` into the line"))
  }

  /// Has the entry ready with another word in the place of one.
  func offer(_ word: String, inPlaceOf written: String) {
    let text = outcome.text.replacingWord(written, with: word)
    if isTyped, text != outcome.text { offer(Array(text.utf8)) }
  }

  func offerCorrection(_ findings: Findings) {
    guard isTyped, let text = findings.repaired(named: KnowledgeBase.promptName) else { return }
    offer(text)
  }

  /// A line from whoever types; `nil` when there is nobody, or they gave up.
  func ask(_ question: String) -> String? {
    guard isInteractive else { return nil }
    progress?.clear()
    guard case .line(let answer) = lines.nextLine(prompt: question, initial: []) else {
      interruption.clear()
      return nil
    }
    return String(decoding: answer, as: UTF8.self)
  }

  /// Yes or no; no unless it is said.
  func agrees(_ question: String) -> Bool {
    guard let answer = ask(question)?.trimmingBlanks.lowercased() else { return false }
    return answer == "y" || answer == "yes"
  }

  /// Asks a person; a script means what it says.
  func agrees(_ proposal: Proposal) -> Bool {
    switch proposal {
    case .retraction(let count): return agrees("\(count) facts match; take them all back? [y/N] ")
    case .unfamiliar(let symbol, let nearest):
      say("no fact holds `\(symbol)` so far; did you mean \(Diagnostic.list(nearest, "or"))?")
      if agrees("add it all the same? [y/N] ") { return true }
      let text = outcome.text.replacingWord(symbol, with: nearest[0])
      if text != outcome.text { outcome.correction = Array(text.utf8) }
      return false
    }
  }

  func note() -> ChangeNote {
    var note = makeNote()
    if let author { note.author = author }
    return note
  }

  // MARK: Leaving

  func leave() {
    if !isTyped || mayGiveUpFacts() { isDone = true }
  }

  /// Facts that no file holds are only given up when it is said.
  func mayGiveUpFacts() -> Bool {
    guard isInteractive, knowledgeBase.hasUnsavedFacts else { return true }
    say("facts were added or taken back that no file holds")
    while true {
      switch lines.nextLine(prompt: "save them in which file? (`n`: give them up) ", initial: []) {
      case .end:
        if lines.isAtEnd { return true }
        say("Ctrl-D gives nothing up: `n` does, Ctrl-C leads back to the prompt")
      case .interrupted:
        interruption.clear()
        return false
      case .line(let line), .entry(let line):
        let path = String(decoding: line, as: UTF8.self).trimmingBlanks
        if path == "n" || path == "no" { return true }
        if path.isEmpty || path == "y" || path == "yes" { continue }
        do {
          try save(to: path.expandingHome(environment))
          return true
        } catch {
          explain(error)
          say("nothing is lost: name another file, or go back to the prompt by Ctrl-C and mend it there")
        }
      }
    }
  }
}

extension String {
  /// With a word in place of another, wherever it stands alone.
  fileprivate func replacingWord(_ word: String, with other: String) -> String {
    var result = ""
    var rest = Substring(self)
    while !rest.isEmpty {
      let isAtStart = result.last.map { !$0.isWordPart } ?? true
      if isAtStart, rest.hasPrefix(word), rest.dropFirst(word.count).first.map({ !$0.isWordPart }) ?? true {
        result += other
        rest = rest.dropFirst(word.count)
      } else {
        result.append(rest.removeFirst())
      }
    }
    return result
  }
}

extension Character {
  fileprivate var isWordPart: Bool { isLetter || isNumber || self == "_" }
}
