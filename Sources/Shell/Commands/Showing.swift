import Datalog
import StudyVisits

extension Command {
  /// Commands that say how and where answers are shown.
  static let showing: [Command] = [
    Command(
      "evidence",
      "on | off",
      .words(["on", "off"]),
      summary: "tell below each answer what documents and passages its rows rest on"
    ) { prompt, setting in
      prompt.set(setting, of: "evidence", now: prompt.options.tellsSources) { prompt.options.tellsSources = $0 }
    },
    Command("last", summary: "the last answer again, as things are set now") { prompt, _ throws(KnowledgeBaseError) in
      guard let answer = prompt.display.lastAnswer else { return prompt.say("nothing has been answered yet") }
      let isNamed = prompt.display.needsNames
      try prompt.display.showLast(
        named: isNamed ? prompt.knowledgeBase.names(of: answer, options: prompt.options) : nil
      )
    },
    Command(
      "mode",
      "[NAME]",
      .words(Display.modes),
      summary: "how answers are laid out: \(Display.modes.joined(separator: " "))"
    ) { prompt, name throws(KnowledgeBaseError) in
      if name.isEmpty { return prompt.say("answers are shown as \(prompt.display.mode.rawValue)") }
      guard !prompt.display.setMode(name) else { return }
      let nearest = Datalog.nearest(to: name, among: Display.modes)
      throw .unknown("mode", name, nearest: nearest.isEmpty ? Display.modes : nearest)
    },
    Command("names", "on | off", .words(["on", "off"]), summary: "show entities by name, the identifier behind it") {
      prompt,
      setting in
      prompt.set(setting, of: "names", now: prompt.display.names != .nowhere) { prompt.display.setNames(shown: $0) }
    },
    Command(
      "once",
      "FILE or | COMMAND",
      .file,
      .files,
      summary: "the next answer alone goes to a file or a command",
      details: """
          .once hosts.csv                     the ending says how: csv, tsv, json, jsonl, md, xlsx
          .once | sort | head
        """
    ) { prompt, target throws(KnowledgeBaseError) in
      if target.hasPrefix("|") {
        guard prompt.isTypedByHand else {
          return prompt.refuse("`.once |` runs programs, so it is only taken when it is typed")
        }
        let command = String(target.dropFirst()).trimmingBlanks
        guard !command.isEmpty else { return prompt.refuse("`.once |` takes a command, such as `.once | sort`") }
        prompt.display.once(command: command)
      } else {
        let words = target.shellWords
        guard words.count == 1 else {
          return prompt.refuse("`.once` takes one file, in quotation marks if it has blanks, or `|` and a command")
        }
        try prompt.display.once(file: words[0])
      }
    },
    Command(
      "redirect",
      "[FILE or off]",
      .file,
      .files,
      summary: "answers go to a file from now on; `off` ends it",
      details: "  .redirect hosts.csv"
    ) { prompt, target throws(KnowledgeBaseError) in
      guard !target.isEmpty else {
        return prompt.say(prompt.display.redirectedPath.map { "answers go to `\($0)`" } ?? "answers go to the screen")
      }
      let words = target.shellWords
      guard words.count == 1 else {
        return prompt.refuse("`.redirect` takes one file, in quotation marks if it has blanks, or `off`")
      }
      guard OutputFormat(endingOf: words[0])?.isText != false else {
        return prompt.refuse("a workbook holds one answer: `.once` writes the next one there")
      }
      try prompt.display.redirect(to: words[0] == "off" ? nil : words[0])
    },
    Command("timer", "on | off", .words(["on", "off"]), summary: "tell how long answers took") { prompt, setting in
      prompt.set(setting, of: "timer", now: prompt.display.isTimed) { prompt.display.isTimed = $0 }
    },
    Command("wrap", "on | off", .words(["on", "off"]), summary: "wrap long text in tables instead of cutting it") {
      prompt,
      setting in
      prompt.set(setting, of: "wrap", now: prompt.display.overflow == .wrap) {
        prompt.display.overflow = $0 ? .wrap : .cut
      }
    },
  ]
}

extension Prompt {
  fileprivate func set(_ setting: String, of name: String, now: Bool, _ change: (Bool) -> Void) {
    switch setting {
    case "": say("\(name) \(now ? "on" : "off")")
    case "on": change(true)
    case "off": change(false)
    default: refuse("`.\(name)` takes `on` or `off`")
    }
  }
}
