import Datalog
import StudyVisits

extension Command {
  /// Commands that change what is known.
  static let changing: [Command] = [
    Command("keep", summary: "store the rules typed in this sitting in the open file") {
      prompt,
      _ throws(KnowledgeBaseError) in
      do throws(KnowledgeBaseError) {
        prompt.say(
          try prompt.knowledgeBase.keepRules(note: prompt.note(), options: prompt.options, warn: prompt.report)
        )
      } catch {
        guard case .notStored = error else { throw error }
        prompt.refuse("no knowledge base file is open; `.save FILE` makes one that keeps rules too")
      }
    },
    Command(
      "drop",
      "[PREDICATE]",
      .predicate,
      summary: "take back the rules typed in this sitting: the last, or those of a predicate",
      details: """
          .drop                               the last rule, constraint or declaration
          .drop host_of                       all that were typed of `host_of`
        """
    ) { prompt, name throws(KnowledgeBaseError) in
      let dropped = try prompt.knowledgeBase.dropTyped(name.isEmpty ? nil : name, options: prompt.options)
      for clause in dropped { prompt.say("dropped: \(clause)") }
      if dropped.isEmpty { prompt.refuse("nothing of the kind was typed in this sitting") }
    },
    Command(
      "new",
      "PREDICATE [NAME] …",
      .predicate,
      summary: "coin an identifier for something new, and add it",
      details: """
        .new org Keio University kind: university      adds org(keio_university, university, "Keio University")
        .new person "Dilnoza Karimova"
        .new org 東京大学 as univ_tokyo kind: university
        .new meeting visit: uz_jp_2018                 what has no name gets the next identifier
        """
    ) { prompt, text throws(KnowledgeBaseError) in
      try prompt.addNew(text)
    },
    Command(
      "retract",
      "FACT | about ENTITY",
      .predicate,
      summary: "take a fact back, as `FACT~`; `_` stands for any value",
      details: """
        .retract part_of(egov_uz, mitc_uz)
        .retract part_of(egov_uz, _)        asks first when there are several
        .retract about egov_uz              all facts that hold it
        """
    ) { prompt, text throws(KnowledgeBaseError) in
      let words = text.shellWords
      if words.count == 2, words[0] == "about" { return try prompt.amend(.retract(about: words[1])) }
      var fact = text
      while let last = fact.last, ".~".contains(last) { fact = String(fact.dropLast()).trimmingBlanks }
      guard !fact.isEmpty else {
        return prompt.refuse("`.retract` takes a fact, such as `.retract part_of(egov_uz, _)`")
      }
      try prompt.enter(Array("\(fact)~".utf8))
    },
  ]
}

extension Prompt {
  /// Coins an identifier and adds the fact that names it; what columns need besides is asked for.
  fileprivate func addNew(_ text: String) throws(KnowledgeBaseError) {
    guard var entity = NewEntity(text) else {
      return refuse("`.new` takes a predicate and a name, such as `.new org Keio University kind: university`")
    }
    var draft = try knowledgeBase.draft(entity, options: options)
    if isTyped, !draft.namesakes.isEmpty {
      say("\(Diagnostic.list(draft.namesakes)) \(draft.namesakes.count == 1 ? "has" : "have") that name already")
      guard agrees("add another? [y/N] ") else { return say("nothing was added") }
    }
    for column in draft.missing {
      guard let value = choose(column) else {
        return refuse("`\(entity.predicate)` needs \(column.name) too, such as `\(column.name): …`; nothing was added")
      }
      entity = entity.with(value, for: column.name)
    }
    draft = try knowledgeBase.draft(entity, options: options)
    say(draft.fact)
    try enter(Array(draft.fact.utf8), coined: draft.identifier)
  }

  /// Asks for the value of a column; `nil` when there is nobody to ask, or nothing is said.
  private func choose(_ column: EntityDraft.Column) -> String? {
    if !column.examples.isEmpty { say("\(column.name) may be \(Diagnostic.list(column.examples, "or")), or another") }
    guard let value = ask("\(column.name): ")?.trimmingBlanks, !value.isEmpty else { return nil }
    return value
  }
}
