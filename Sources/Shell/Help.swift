import Datalog
import StudyVisits

/// What `.help` says: the commands, and the language by topic.
struct HelpTopic: Sendable {
  let name: String
  let summary: String
  let text: String

  static let overview = """
    A question, a fact or a rule ends in a full stop; a question may end in a question mark.
      org(O, kind: university, name: N)?           which universities are there?
      met_at(M, univ_tokyo), about(M, Topic).      what was talked about there?
      part_of(egov_uz, mitc_uz).                   adds a fact (a name without capital or `_`)
      part_of(egov_uz, _)~                         takes it back
      partner(X) :- party(A, X), party(A, uz_delegation), X != uz_delegation.    a rule, for this sitting
    """

  static let language: [HelpTopic] = [
    HelpTopic(
      name: "questions",
      summary: "how to ask",
      text: """
        A question is what has to hold, with capital letters for what is wanted; it ends in `?` or `.`.
          met_at(M, H), org(H, kind: university)?            a comma is and
          met_at(M, H), (about(M, education) ; about(M, egov))?    a semicolon is or
          met_on(M, D) order by D desc limit 3?              sorted, and the first three
        A name with a capital that stands twice is the same thing; `_` is anything.
        """
    ),
    HelpTopic(
      name: "facts",
      summary: "how to add and take back",
      text: """
        A fact is a predicate with values, and ends in a full stop.
          part_of(egov_uz, mitc_uz).                  adds it
          part_of(egov_uz, mitc_uz) @ letter:3.       with passage 3 of the document `letter` as its source
          part_of(egov_uz, _)~                        takes back what matches
          part_of(egov_uz, _)~ part_of(egov_uz, mitc_uz).     puts one in the place of another
        `.new` coins an identifier for something new. Without an open file facts last for this sitting; `.save FILE`.
        """
    ),
    HelpTopic(
      name: "rules",
      summary: "what follows from what",
      text: """
        A rule says what follows: the head, `:-`, and what has to hold.
          colleague(A, B) :- affiliated(A, O, _), affiliated(B, O, _), A != B.
        Typed rules last for this sitting; `.keep` stores them in the open file, `.drop` takes them back. `.rules` lists
        all.
        """
    ),
    HelpTopic(
      name: "names",
      summary: "how things are written",
      text: """
        A name begins with a small letter (`univ_tokyo`); what has blanks or capitals stands in quotation marks
        ("University of Tokyo"). A word with a capital is a variable: what is wanted. Columns may be given by name:
          org(O, kind: university)?                   the other columns may be anything
        """
    ),
    HelpTopic(
      name: "dates",
      summary: "days, months, years",
      text: """
        2018-06-29 is a day, 2018-06 a month; a year stands where a date is wanted.
          starts(V, D), D >= 2018-06-01?              from that day on
          starts(V, D), year(D) = 2018?
        A month is ordered as its first day; `first_day(D)` and `last_day(D)` give its ends.
        """
    ),
    HelpTopic(
      name: "not",
      summary: "what is missing",
      text: """
        `not` before one condition: there is no such fact. Its variables stand elsewhere too, or are `_`.
          org(O, K, N), not met_at(_, O)?             organisations that were never met
        """
    ),
    HelpTopic(
      name: "counting",
      summary: "count, sum, min, max, mean, list",
      text: """
        In braces stands what is counted; what stands outside too is what it is counted for.
          met_at(_, H), N = count : { met_at(_, H) }?
          D = min D1 : { starts(_, D1) }?
        In a rule's head the other columns group: meetings(H, count(M)) :- met_at(M, H).
        """
    ),
    HelpTopic(
      name: "sources",
      summary: "who says so",
      text: """
        Behind an atom, `@ D:P` gives the document and the passage that say so.
          duration_days(V, N) @ D:P?
          mentions(D, P, univ_tokyo)?                 where somebody is mentioned
        After an answer, `.why 2` proves its second row; `.evidence on` names the passages below each answer.
        """
    ),
    HelpTopic(
      name: "keys",
      summary: "editing the line",
      text: """
        Tab completes names, columns and values; in an empty line it puts the corrected statement there.
        Arrow up brings back what was typed. Ctrl-R searches it while you type: again for older, Ctrl-S for newer; Enter
        runs what is found, Escape or an arrow edits it, Ctrl-G gives back the line.
        Ctrl-A and Ctrl-E go to the ends, Ctrl-left and Ctrl-right by words. Ctrl-C clears the line, or ends an
        evaluation; Ctrl-D in an empty line leaves.
        """
    ),
  ]
}

extension Prompt {
  func help(_ topic: String) {
    let word = topic.hasPrefix(".") ? String(topic.dropFirst()) : topic
    if word.isEmpty { return present([overview]) }
    let command = Command.all.first { $0.name == word }.map(text)
    let named = [HelpTopic.language.first { $0.name == word }?.text, command].compactMap(\.self)
    guard named.isEmpty else { return present([named.joined(separator: "\n\n")]) }
    let commands = Command.all.filter { "\($0.name) \($0.summary) \($0.details)".mentions(word) }
    let topics = HelpTopic.language.filter { "\($0.name) \($0.summary) \($0.text)".mentions(word) }
    if commands.isEmpty, topics.isEmpty {
      let names = Command.all.map(\.name) + HelpTopic.language.map(\.name)
      let nearest = Datalog.nearest(to: word, among: names)
      let hint = nearest.isEmpty ? "`.help` lists all there is" : "did you mean \(Diagnostic.list(nearest, "or"))?"
      return refuse("nothing is known of `\(word)`; \(hint)")
    }
    let lines = commands.map(line) + topics.map { "  .help \($0.name)".padded(to: Prompt.helpColumn) + $0.summary }
    present(lines)
  }

  private static let helpColumn = 25

  private var overview: String {
    let topics = HelpTopic.language.map(\.name).joined(separator: ", ")
    return ([HelpTopic.overview] + Command.all.filter { $0.name != "exit" }.map(line)).joined(separator: "\n")
      + "\nCtrl-C clears the line, or ends an evaluation that takes too long."
      + "\n`.help TOPIC` tells more: a command, a word to search for, or \(topics)."
  }

  private func line(_ command: Command) -> String {
    "  .\(command.name) \(command.synopsis)".padded(to: Prompt.helpColumn) + command.summary
  }

  private func text(of command: Command) -> String {
    let heading = ".\(command.name) \(command.synopsis)".trimmingBlanks
    return "\(heading)\n\(command.summary)" + (command.details.isEmpty ? "" : "\n\(command.details)")
  }
}

extension String {
  fileprivate func mentions(_ word: String) -> Bool { lowercased().contains(word.lowercased()) }

  /// With blanks behind it up to a column, one at least.
  fileprivate func padded(to column: Int) -> String {
    self + String(repeating: " ", count: Swift.max(1, column - count))
  }
}
