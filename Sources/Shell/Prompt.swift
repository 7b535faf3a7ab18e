import Datalog
public import StudyVisits

/// The interactive session: statements in, answers and messages out. Every question goes through `KnowledgeBase`.
public final class Prompt {
  /// Where the session writes.
  public struct Output {
    let write: (RunEvent) throws(KnowledgeBaseError) -> Void
    let say: (String) -> Void
    let report: (Findings) -> Void
    let explain: (KnowledgeBaseError) -> Void

    public init(
      write: @escaping (RunEvent) throws(KnowledgeBaseError) -> Void,
      say: @escaping (String) -> Void,
      report: @escaping (Findings) -> Void,
      explain: @escaping (KnowledgeBaseError) -> Void
    ) {
      self.write = write
      self.say = say
      self.report = report
      self.explain = explain
    }
  }

  private let knowledgeBase: KnowledgeBase
  private let lines: any LineSource
  private let interruption: Interruption
  private var options: RunOptions
  /// Of the last question.
  private let explanation = Explanation()
  private let note: () -> ChangeNote
  private let isInteractive: Bool
  private let output: Output
  private var isDone = false
  private var status: Int32 = 0

  /// - Parameters:
  ///   - note: time and author of a change made now.
  ///   - isInteractive: a person types: go on after errors. A script stops at the first.
  public init(
    _ knowledgeBase: KnowledgeBase,
    lines: any LineSource,
    interruption: Interruption,
    options: RunOptions,
    note: @escaping () -> ChangeNote,
    isInteractive: Bool,
    output: Output
  ) {
    self.knowledgeBase = knowledgeBase
    self.lines = lines
    self.interruption = interruption
    self.options = options
    self.options.explanation = explanation
    self.note = note
    self.isInteractive = isInteractive
    self.output = output
  }

  /// Reads until the end or `.quit`; the exit status.
  public func run() -> Int32 {
    var buffer = StatementBuffer()
    while !isDone {
      let earlier = buffer.isBlank ? [] : buffer.text
      switch lines.nextLine(prompt: buffer.prompt(first: "visitlog> "), earlier: earlier, initial: []) {
      case .interrupted:
        interruption.clear()
        buffer = StatementBuffer()
        if !isInteractive { return 130 }
      case .end:
        if !buffer.isBlank { evaluate(buffer.take()) }
        return status
      case .line(let line):
        take(line, &buffer)
      case .entry(let entry):
        buffer = StatementBuffer()
        take(entry, &buffer)
      }
    }
    return status
  }

  /// Adds a line to the entry, and evaluates that if it ends.
  private func take(_ line: [UInt8], _ buffer: inout StatementBuffer) {
    guard buffer.append(line) else { return }
    let entry = buffer.take()
    lines.remember(trimmed(entry))
    evaluate(entry)
  }

  private func trimmed(_ entry: [UInt8]) -> [UInt8] {
    var entry = entry
    while let last = entry.last, last == UInt8(ascii: "\n") { entry.removeLast() }
    return entry
  }

  private func evaluate(_ entry: [UInt8]) {
    let text = String(decoding: entry, as: UTF8.self).trimmingBlanks
    guard !text.isEmpty else { return }
    do {
      if let command = Command(text) {
        try perform(command)
      } else {
        let report = try knowledgeBase.enter(
          entry,
          note: note(),
          options: options,
          warn: output.report,
          emit: output.write
        )
        if let report { output.say(report) }
      }
    } catch {
      output.explain(error)
      if case .output(_, .closedPipe) = error { isDone = true }
      if !isInteractive {
        isDone = true
        status = error.isInterruption ? 130 : 2
      }
    }
    interruption.clear()
  }

  private func perform(_ command: Command) throws(KnowledgeBaseError) {
    switch command.name {
    case "help": output.say(Prompt.help)
    case "quit", "exit": isDone = true
    case "schema":
      let entries = try knowledgeBase.schema(options: options)
      let chosen = entries.filter { command.argument.isEmpty || $0.name.contains(command.argument) }
      if chosen.isEmpty { output.say("no predicate's name contains `\(command.argument)`") }
      for entry in chosen { output.say(entry.text) }
    case "show":
      switch command.argument {
      case "plan": output.say(explanation.plan)
      case "profile": output.say(explanation.profile())
      case "profile rounds": output.say(explanation.profile(isWhole: true))
      default: refuse("`.show` takes `plan`, `profile` or `profile rounds`, of the last question")
      }
    case "check":
      let violations = try knowledgeBase.violations(options: options, warn: output.report)
      for violation in violations { output.say(violation.text) }
      if violations.isEmpty { output.say("every constraint and key holds") }
    case "limit":
      if !options.setLimit(command.argument) {
        refuse("`.limit` takes time=10m, tuples=1000000 or memory=8G; `none` lifts a bound")
      }
    case "param":
      // `name value`; `name=value` and `name = value` are what fingers type.
      let parts = command.argument.split(maxSplits: 1) { " =".contains($0) }
      let value = parts.last.map { String($0.drop { " =".contains($0) }).trimmingBlanks.unquoted } ?? ""
      if parts.count != 2 || !options.setParameter("\(parts[0])=\(value)") {
        refuse("`.param` takes a name and a value, such as `.param country japan`")
      }
    default:
      let nearest = Datalog.nearest(to: command.name, among: Command.names).map { "`.\($0)`" }
      let hint = nearest.isEmpty ? "`.help` lists the commands" : "did you mean \(nearest.joined(separator: " or "))?"
      refuse("there is no command `.\(command.name)`; \(hint)")
    }
  }

  /// Says what is wrong with a command, which ends a script.
  private func refuse(_ reason: String) {
    output.say("error: \(reason)")
    guard !isInteractive else { return }
    isDone = true
    status = 2
  }

  private static let help = """
    A question, a fact or a rule ends in a full stop; a question may end in a question mark.
      org(O, kind: university, name: N)?           which universities are there?
      met_at(M, univ_tokyo), about(M, Topic).      what was talked about there?
      part_of(egov_uz, mitc_uz).                   adds a fact (a name without capital or `_`)
      part_of(egov_uz, _)~                         takes it back
      partner(X) :- party(A, X), party(A, uz_delegation), X != uz_delegation.    a rule, for this sitting
    .check            look for violated constraints
    .help             this text
    .limit time=10m   bound an evaluation (time, tuples, memory; `none` lifts a bound)
    .param name value give `$name` a value
    .quit             leave (also Ctrl-D)
    .schema [PART]    list the predicates, or those whose name contains PART
    .show plan        how the last question was evaluated, and why so
    .show profile     what that took, by rule (`.show profile rounds`: each round)
    Ctrl-C clears the line, or ends an evaluation that takes too long.
    """
}

/// A line that begins with a full stop and a letter, when it is no directive of the language.
private struct Command {
  static let names = ["check", "exit", "help", "limit", "param", "quit", "schema", "show"]
  /// These are the language's; the parser reads them.
  private static let directives: Set<String> = ["cite", "decl", "include", "input", "output", "printsize"]

  let name: String
  let argument: String

  init?(_ text: String) {
    guard text.first == ".", let letter = text.dropFirst().first, letter.isLowercase else { return nil }
    let parts = text.dropFirst().split(separator: " ", maxSplits: 1)
    let name = String(parts[0].prefix { $0.isLetter || $0 == "_" })
    guard !Command.directives.contains(name) else { return nil }
    self.name = name
    argument = parts.count > 1 ? parts[1].trimmingBlanks : ""
  }
}

extension StringProtocol {
  fileprivate var trimmingBlanks: String {
    var text = Substring(self)
    while let first = text.first, first.isWhitespace { text.removeFirst() }
    while let last = text.last, last.isWhitespace { text.removeLast() }
    return String(text)
  }

  fileprivate var unquoted: String {
    count >= 2 && first == "\"" && last == "\"" ? String(dropFirst().dropLast()) : String(self)
  }
}
