import StudyVisits

/// Ten steps on the shipped visit, one after the other, each waiting for what it asks for.
struct Tutorial {
  /// What was open before.
  let before: KnowledgeBase
  private var place = 0

  init(before: KnowledgeBase) {
    self.before = before
  }

  /// What to do now.
  var text: String {
    let step = Tutorial.steps[place]
    return "\(place + 1) of \(Tutorial.steps.count). \(step.text)\n     \(step.example)"
  }

  /// The following step; `nil` after the last.
  func next() -> Tutorial? {
    guard place + 1 < Tutorial.steps.count else { return nil }
    var next = self
    next.place += 1
    return next
  }

  /// Whether an entry was what the step waits for.
  func follow(_ outcome: Outcome) -> Bool { Tutorial.steps[place].isDone(outcome) }

  static let farewell = """
    That was all. `.help` lists the rest, `.schema` what may be recorded; what was open before is open again.
    """

  private struct Step: Sendable {
    let text: String
    let example: String
    let isDone: @Sendable (Outcome) -> Bool
  }

  /// Chosen so that each brings one thing that the next ones use.
  private static let steps: [Step] = [
    Step(
      text: """
        A question names what is known, and has a capital letter where it wants to know. `.tutorial stop` ends this.
             Which universities were met?
        """,
      example: "org(O, kind: university, name: N)?"
    ) { $0.answers(mentioning: "org(") },
    Step(
      text: "A comma is `and`; a name that stands twice is the same thing. What was talked about at which university?",
      example: "met_at(M, H), org(H, kind: university), about(M, Topic)?"
    ) { $0.answers(mentioning: "about(") },
    Step(
      text: "`_` is anything. Who took part in anything?",
      example: "participant(_, Who)?"
    ) { $0.answers(mentioning: "_") },
    Step(
      text: "Everybody mistypes. Make this mistake, read what it says, and press Tab in the empty line.",
      example: "participnt(_, Who)?"
    ) { $0.hasFailed },
    Step(
      text: "That line was only put there: Enter runs it. Do so now, or write it anew.",
      example: "participant(_, Who)?"
    ) { $0.answers(mentioning: "participant(") },
    Step(
      text: "`not` asks what is missing. Which organisations were never met?",
      example: "org(O, K, N), not met_at(_, O)?"
    ) { $0.answers(mentioning: "not ") },
    Step(
      text: "Counting needs braces. At how many meetings was each host?",
      example: "met_at(_, H), N = count : { met_at(_, H) }?"
    ) { $0.answers(mentioning: "count") },
    Step(
      text: "Who says so? `@` gives the document and the passage of each fact.",
      example: "duration_days(V, N) @ D:P?"
    ) { $0.answers(mentioning: "@") },
    Step(
      text: "Everything about one of them, by its identifier or its name:",
      example: ".describe univ_tokyo"
    ) { $0.command == "describe" && !$0.hasFailed },
    Step(
      text: """
        Something new gets an identifier and its fact. It lasts for this sitting: `.save FILE` would keep it, and
             the same with `~` behind it takes it back.
        """,
      example: ".new person \"Dilnoza Karimova\""
    ) { $0.command == "new" && !$0.hasFailed },
  ]
}

extension Outcome {
  /// Whether a question with these words had an answer.
  fileprivate func answers(mentioning words: String) -> Bool {
    !hasFailed && text.contains(words) && rowCounts.contains { $0 > 0 }
  }
}

extension Prompt {
  func beginTutorial(_ argument: String) throws(KnowledgeBaseError) {
    guard argument != "stop" else {
      if let tutorial { knowledgeBase = tutorial.before }
      tutorial = nil
      return
    }
    guard isInteractive else { return refuse("`.tutorial` is for whoever types") }
    let before = tutorial?.before ?? knowledgeBase
    knowledgeBase = try KnowledgeBase.open(.shipped)
    let begun = Tutorial(before: before)
    say(begun.text)
    tutorial = begun
  }

  func advanceTutorial() {
    guard let next = tutorial?.next() else {
      say(Tutorial.farewell)
      if let tutorial { knowledgeBase = tutorial.before }
      tutorial = nil
      return
    }
    tutorial = next
    say(next.text)
  }
}
