import Datalog
import StudyVisits

extension Command {
  /// Commands that look back, and that change what has been said.
  static let history: [Command] = [
    Command(
      "asof",
      "DATE | now",
      .words(["now"]),
      summary: "ask what was known at the end of a day; `.asof now` returns",
      details: """
        .asof 2018-06-29
        .asof 2018-06                    at the month's end
        .asof 2018-06-29T17:00+09:00
        """
    ) { prompt, text throws(KnowledgeBaseError) in
      try prompt.lookBack(to: text)
    },
    Command(
      "forget",
      "ENTITY --irrevocably",
      .entity,
      summary: "remove a person from facts, past, sources and file, for data protection",
      details: "  .forget dilnoza_karimova --irrevocably"
    ) { prompt, text throws(KnowledgeBaseError) in
      let words = text.shellWords
      guard words.count == 2, words[1] == "--irrevocably" else {
        return prompt.refuse("`.forget` cannot be undone: write `.forget ENTITY --irrevocably`")
      }
      try prompt.amend(.forget(words[0]))
    },
    Command(
      "life",
      "FACT | ENTITY",
      .entity,
      summary: "when a fact, or the facts about an entity, came and went",
      details: """
        .life part_of(egov_uz, _)
        .life egov_uz
        """
    ) { prompt, text throws(KnowledgeBaseError) in
      guard !text.isEmpty else { return prompt.refuse("`.life` takes a fact or an entity, such as `.life egov_uz`") }
      let history = try prompt.knowledgeBase.life(of: text, options: prompt.options)
      prompt.present([history.isEmpty ? "no fact like that has ever been stated" : history.text])
    },
    Command("log", "[N]", .text, summary: "the last changes, newest first: number, time, author, facts, reason") {
      prompt,
      text throws(KnowledgeBaseError) in
      guard let limit = text.isEmpty ? 20 : Int(text), limit > 0 else {
        return prompt.refuse("`.log` takes how many changes to list, such as `.log 5`")
      }
      let changes = try prompt.knowledgeBase.changes(limit: limit)
      prompt.present([changes.isEmpty ? "nothing has been changed yet" : changes.text])
    },
    Command(
      "merge",
      "ENTITY into ENTITY",
      .entity,
      summary: "make one entity of two; the first's name becomes an alias",
      details: "  .merge mitc into mitc_uz"
    ) { prompt, text throws(KnowledgeBaseError) in
      let words = text.shellWords
      guard words.count == 3, words[1] == "into" else {
        return prompt.refuse("`.merge` takes two entities, such as `.merge mitc into mitc_uz`")
      }
      try prompt.amend(.merge(words[0], into: words[2]))
    },
    Command(
      "rename",
      "ENTITY IDENTIFIER",
      .entity,
      summary: "give an entity another identifier, in all its facts",
      details: "  .rename mitc mitc_uz"
    ) { prompt, text throws(KnowledgeBaseError) in
      let words = text.shellWords
      guard words.count == 2 else {
        return prompt.refuse("`.rename` takes an entity and its new identifier, such as `.rename mitc mitc_uz`")
      }
      try prompt.amend(.rename(words[0], to: words[1]))
    },
    Command(
      "retype",
      "PREDICATE(COLUMN: TYPE, …)",
      .predicate,
      summary: "give columns of a stored predicate other types, and convert its facts",
      details: "  .retype adopted_in(year: date)"
    ) { prompt, text throws(KnowledgeBaseError) in
      try prompt.amend(.retype(text))
    },
    Command(
      "undo",
      "[CHANGE]",
      .text,
      summary: "reverse a change, by a new one; the last unless a number is given",
      details: "  .undo 12                             `.log` tells the numbers"
    ) { prompt, text throws(KnowledgeBaseError) in
      guard text.isEmpty || Int(text) != nil else {
        return prompt.refuse("`.undo` takes the number of a change, such as `.undo 12`; `.log` lists them")
      }
      try prompt.amend(.undo(Int(text)))
    },
  ]
}

extension Prompt {
  /// Opens the file as it was known at a moment; rules typed here wait until it is left.
  fileprivate func lookBack(to text: String) throws(KnowledgeBaseError) {
    let location = knowledgeBase.location
    switch text {
    case "": break
    case "now":
      guard knowledgeBase.moment != nil else { break }
      if let present { knowledgeBase = present } else { knowledgeBase = try KnowledgeBase.open(location) }
      present = nil
    default:
      let moment: Moment
      do {
        moment = try Moment(text, now: note().time)
      } catch {
        throw .history(.moment(error))
      }
      let past = try KnowledgeBase.open(location, asOf: moment)
      if knowledgeBase.moment == nil { present = knowledgeBase }
      knowledgeBase = past
    }
    say("asking what \(knowledgeBase.moment.map { "was known on \($0.text)" } ?? "is known now")")
  }

  /// Makes an amendment; a person is shown what it would do and asked, a script is told what it cannot see.
  func amend(_ amendment: Amendment) throws(KnowledgeBaseError) {
    var options = options
    if manner.reach == .nothing { options.fileAccess = .nowhere }
    var notes = ""
    do throws(KnowledgeBaseError) {
      let report = try knowledgeBase.amend(amendment, note: note(), options: options) { preview in
        notes = isTyped ? "" : preview.notes
        guard isTyped else { return true }
        say(preview.text)
        return agrees("do it? [y/N] ")
      }
      say(report)
      if !notes.isEmpty { say(notes) }
    } catch {
      guard case .notStored = error else { throw error }
      refuse("no knowledge base file is open, so there are no changes to amend; `.save FILE` makes one")
    }
  }
}
