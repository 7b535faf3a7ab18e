import Datalog
import StudyVisits

extension Command {
  /// Commands that change how the prompt behaves.
  static let settings: [Command] = [
    Command(
      "author",
      "[NAME]",
      .text,
      summary: "who the changes of this sitting are by",
      details: "  .author Dilnoza Karimova"
    ) { prompt, name in
      if !name.isEmpty { prompt.author = name.unquoted }
      prompt.say("changes are by \(prompt.note().author ?? "nobody in particular")")
    },
    Command(
      "limit",
      "[NAME=VALUE]",
      .words(["time=", "tuples=", "memory="]),
      summary: "bound an evaluation (time, tuples, memory; `none` lifts a bound)",
      details: "  .limit time=10m"
    ) { prompt, setting in
      if setting.isEmpty {
        prompt.say(prompt.limits)
      } else if !prompt.options.setLimit(setting) {
        prompt.refuse("`.limit` takes time=10m, tuples=1000000 or memory=8G; `none` lifts a bound")
      }
    },
    Command(
      "param",
      "[NAME VALUE]",
      .text,
      summary: "give `$NAME` a value",
      details: """
        .param country japan
        host_country(V, $country)?
        """
    ) { prompt, setting in
      if setting.isEmpty { return prompt.say(prompt.parameters) }
      // `name value`; `name=value` and `name = value` are what fingers type.
      let parts = setting.split(maxSplits: 1) { " =".contains($0) }
      let value = parts.last.map { String($0.drop { " =".contains($0) }).trimmingBlanks.unquoted } ?? ""
      if parts.count != 2 || !prompt.options.setParameter("\(parts[0])=\(value)") {
        prompt.refuse("`.param` takes a name and a value, such as `.param country japan`")
      }
    },
  ]

  /// Commands that leave.
  static let leaving: [Command] = [
    Command("exit", summary: "leave, as `.quit`") { prompt, _ in prompt.leave() },
    Command("quit", summary: "leave (also Ctrl-D)") { prompt, _ in prompt.leave() },
  ]
}

extension Prompt {
  /// What is set, a line each.
  var settings: String {
    [
      "names \(display.names == .nowhere ? "off" : "on")", "mode \(display.mode.rawValue)",
      "wrap \(display.overflow == .wrap ? "on" : "off")", "timer \(display.isTimed ? "on" : "off")",
      "redirect \(display.redirectedPath ?? "off")", "limit \(limits)", "author \(note().author ?? "")", parameters,
    ].joined(separator: "\n")
  }

  fileprivate var limits: String { options.limitTexts.joined(separator: " ") }

  fileprivate var parameters: String {
    let parameters = options.parameterTexts
    return parameters.isEmpty ? "no parameter is set" : parameters.map { "$\($0) = \($1)" }.joined(separator: "\n")
  }
}
