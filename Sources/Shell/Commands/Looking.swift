import Datalog
import StudyVisits

extension Command {
  /// Commands that show what is there.
  static let looking: [Command] = [
    Command("check", summary: "look for violated constraints and keys") { prompt, _ throws(KnowledgeBaseError) in
      let violations = try prompt.knowledgeBase.violations(options: prompt.options, warn: prompt.report)
      prompt.present(violations.map(\.text))
      if violations.isEmpty { prompt.say("every constraint and key holds") }
    },
    Command(
      "describe",
      "ENTITY",
      .entity,
      summary: "everything known about one organisation, person, visit, …",
      details: """
        .describe univ_tokyo                 by identifier
        .describe "University of Tokyo"      by name or alias
        """
    ) { prompt, text throws(KnowledgeBaseError) in
      guard !text.isEmpty else { return prompt.refuse("`.describe` takes an entity, such as `.describe univ_tokyo`") }
      let entities = try prompt.knowledgeBase.descriptions(of: text.unquoted, options: prompt.options)
      prompt.present(entities.map(\.text), prompt.display.overflow)
    },
    Command(
      "facts",
      "PREDICATE",
      .predicate,
      summary: "every tuple of a predicate, derived ones too",
      details: "  .facts org"
    ) { prompt, name throws(KnowledgeBaseError) in
      guard !name.isEmpty else { return prompt.refuse("`.facts` takes a predicate, such as `.facts org`") }
      try prompt.show(prompt.knowledgeBase.tuples(of: name, options: prompt.options, warn: prompt.report))
    },
    Command("help", "[TOPIC]", .command, summary: "what can be typed; `.help visit` searches") { prompt, topic in
      prompt.help(topic)
    },
    Command("left", summary: "what the last answer leaves out because a fact is missing") {
      prompt,
      _ throws(KnowledgeBaseError) in
      try prompt.showLeftOut()
    },
    Command(
      "lines",
      "[clear]",
      .words(["clear"]),
      summary: "what was typed in this sitting; `clear` forgets it, in the history too"
    ) { prompt, argument in
      switch argument {
      case "": prompt.present(prompt.entries)
      case "clear": prompt.forgetEntries()
      default: prompt.refuse("`.lines` takes nothing or `clear`")
      }
    },
    Command("predicates", "[PART]", .predicate, summary: "the predicates in a line each, with how many facts they have")
    {
      prompt,
      part throws(KnowledgeBaseError) in
      try prompt.listSchema(part) {
        "\($0.name)(\($0.columnNames.joined(separator: ", ")))  \(prompt.display.dim($0.note))"
      }
    },
    Command("rules", "[PREDICATE]", .predicate, summary: "the rules of a predicate, or all rules and constraints") {
      prompt,
      name throws(KnowledgeBaseError) in
      let clauses = try prompt.knowledgeBase.clauses(of: name.isEmpty ? nil : name, options: prompt.options)
      prompt.present(clauses.map { "\($0.text)  % \($0.place)" })
      if clauses.isEmpty { prompt.say(name.isEmpty ? "there are no rules" : "`\(name)` has no rules, only facts") }
    },
    Command("schema", "[PART]", .predicate, summary: "the declarations, or those whose name contains PART") {
      prompt,
      part throws(KnowledgeBaseError) in
      try prompt.listSchema(part, as: \.text)
    },
    Command(
      "show",
      "[plan | profile]",
      .words(["plan", "profile", "profile rounds"]),
      summary: "what is set; how the last question was evaluated, and what that took",
      details: "  .show profile rounds                each round of each rule"
    ) { prompt, what in
      switch what {
      case "": prompt.present([prompt.settings])
      case "plan": prompt.present([prompt.explanation.plan])
      case "profile": prompt.present([prompt.explanation.profile()], prompt.display.overflow)
      case "profile rounds": prompt.present([prompt.explanation.profile(isWhole: true)], prompt.display.overflow)
      default: prompt.refuse("`.show` takes `plan`, `profile` or `profile rounds`, of the last question")
      }
    },
    Command("tutorial", "[stop]", .words(["stop"]), summary: "ten steps on the shipped visit, each to be answered") {
      prompt,
      argument throws(KnowledgeBaseError) in
      try prompt.beginTutorial(argument)
    },
    Command(
      "why",
      "[all] [ROW or ATOM]",
      .text,
      summary: "why a row of the last answer, or an atom, holds, down to the passages; `all`: the other ways too",
      details: """
        .why                                the only row
        .why 2                              the second row
        .why all 2                          and in what other ways it follows
        .why part_of(osce_pc_uz, osce)      an atom
        """
    ) { prompt, argument throws(KnowledgeBaseError) in
      try prompt.explain(argument)
    },
    Command(
      "whynot",
      "ATOM",
      .predicate,
      summary: "why something does not hold: which rules could have given it, and what each lacks",
      details: "  .whynot met(keio, nii)"
    ) { prompt, atom throws(KnowledgeBaseError) in
      try prompt.tellWhyNot(atom)
    },
  ]
}

extension Prompt {
  fileprivate func showLeftOut() throws(KnowledgeBaseError) {
    if leftOut == nil { try lookForLeftOut() }
    guard let leftOut else { return say("the last answer leaves nothing out for want of a fact") }
    for part in leftOut.parts { try show(part.answer) }
    self.leftOut = leftOut
  }

  /// What answers of a script leave out is looked for when somebody asks.
  private func lookForLeftOut() throws(KnowledgeBaseError) {
    guard let question = display.lastAnswer?.question, !question.isEmpty else { return }
    var options = options
    options.tellsLeftOut = true
    options.explanation = nil
    _ = try knowledgeBase.ask(question, options: options, warn: { _ in }, tell: { leftOut = $0 })
  }

  fileprivate func tellWhyNot(_ atom: String) throws(KnowledgeBaseError) {
    guard !atom.isEmpty else { return refuse("`.whynot` takes an atom, such as `.whynot met(keio, nii)`") }
    present([try knowledgeBase.whyNot(atom, options: options, warn: report).text])
  }

  fileprivate func listSchema(_ part: String, as text: (SchemaEntry) -> String) throws(KnowledgeBaseError) {
    let entries = try knowledgeBase.schema(options: options)
    let chosen = entries.filter { part.isEmpty || $0.name.contains(part) }
    present(chosen.map(text))
    guard chosen.isEmpty else { return }
    let nearest = Datalog.nearest(to: part, among: entries.map(\.name))
    let hint = nearest.isEmpty ? "" : "; did you mean \(Diagnostic.list(nearest, "or"))?"
    say("no predicate's name contains `\(part)`\(hint)")
  }
}
