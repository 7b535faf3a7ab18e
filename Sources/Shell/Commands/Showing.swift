import Datalog
import StudyVisits

extension Command {
  /// Commands that say how and where answers are shown.
  static let showing: [Command] = [
    Command("last", summary: "the last answer again, as things are set now") { prompt, _ throws(KnowledgeBaseError) in
      guard let answer = prompt.display.lastAnswer else { return prompt.say("nothing has been answered yet") }
      let isNamed = prompt.display.needsNames
      try prompt.display.showLast(
        named: isNamed ? prompt.knowledgeBase.names(of: answer, options: prompt.options) : nil
      )
    },
    Command("mode", "[NAME]", .words(Display.modes), summary: "how answers are laid out: \(Display.modes.joined(separator: " "))") {
      prompt,
      name in
      if name.isEmpty { return prompt.say("answers are shown as \(prompt.display.mode.rawValue)") }
      guard !prompt.display.setMode(name) else { return }
      let nearest = Datalog.nearest(to: name, among: Display.modes)
      let hint =
        nearest.isEmpty
        ? "the modes are \(Display.modes.joined(separator: ", "))" : "did you mean \(Diagnostic.list(nearest, "or"))?"
      prompt.refuse("there is no mode `\(name)`; \(hint)")
    },
    Command("names", "on | off", .words(["on", "off"]), summary: "show entities by name, the identifier behind it") {
      prompt,
      setting in
      prompt.set(setting, of: "names") { prompt.display.setNames(shown: $0) }
    },
    Command(
      "once",
      "FILE or | COMMAND",
      .file,
      .files,
      summary: "the next answer alone goes to a file or a command",
      details: """
          .once hosts.csv
          .once | sort | head
        """
    ) { prompt, target throws(KnowledgeBaseError) in
      if target.hasPrefix("|") {
        guard prompt.isTyped else {
          return prompt.refuse("`.once |` runs programs, so it is only taken from whoever types it")
        }
        prompt.display.once(command: String(target.dropFirst()).trimmingBlanks)
      } else if let path = target.shellWords.first {
        try prompt.display.once(file: path)
      } else {
        prompt.refuse("`.once` takes a file, or `|` and a command")
      }
    },
    Command(
      "redirect",
      "FILE or off",
      .file,
      .files,
      summary: "answers go to a file from now on; `off` ends it",
      details: "  .redirect hosts.txt"
    ) { prompt, target throws(KnowledgeBaseError) in
      guard let path = target.shellWords.first else { return prompt.refuse("`.redirect` takes a file, or `off`") }
      try prompt.display.redirect(to: path == "off" ? nil : path)
    },
    Command("timer", "on | off", .words(["on", "off"]), summary: "tell how long answers took") { prompt, setting in
      prompt.set(setting, of: "timer") { prompt.display.isTimed = $0 }
    },
    Command("wrap", "on | off", .words(["on", "off"]), summary: "wrap long text in tables instead of cutting it") {
      prompt,
      setting in
      prompt.set(setting, of: "wrap") { prompt.display.overflow = $0 ? .wrap : .cut }
    },
  ]
}

extension Prompt {
  fileprivate func set(_ setting: String, of name: String, _ change: (Bool) -> Void) {
    switch setting {
    case "on": change(true)
    case "off": change(false)
    default: refuse("`.\(name)` takes `on` or `off`")
    }
  }
}
