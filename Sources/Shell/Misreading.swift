import StudyVisits

/// A line that no statement begins with, and that whoever types it means as something else.
enum Misreading {
  /// A command without its full stop; with it.
  case command(String)
  case sql
  /// Words that are no statement.
  case sentence

  init?(_ line: [UInt8]) {
    let text = String(decoding: line, as: UTF8.self).trimmingBlanks
    let words = text.split(separator: " ").map(String.init)
    guard let first = words.first, first.allSatisfy({ $0.isLetter || $0 == "_" }), first != "not" else { return nil }
    guard words.count > 1 || Prompt.bareWords[first] == nil else { return nil }
    if words.count > 1 {
      // A variable of one letter begins a comparison, of which the parser knows more.
      guard first.count > 1 else { return nil }
      guard let letter = words[1].first, letter.isLetter || letter == "*" || letter == "\"" || letter == "_" else {
        return nil
      }
      guard !Misreading.questionTails.contains(words[1]) else { return nil }
    }
    if Command.all.contains(where: { $0.name == first }), !text.contains("("), !text.contains(":-"),
      !text.hasSuffix(".")
    {
      self = .command("." + text)
    } else if words.count > 1, Misreading.sqlVerbs.contains(first.lowercased()) {
      self = .sql
    } else if words.count > 1 {
      self = .sentence
    } else {
      return nil
    }
  }

  /// What may stand behind a predicate without columns.
  private static let questionTails: Set<String> = ["order", "limit", "expect"]
  private static let sqlVerbs: Set<String> = [
    "select", "insert", "update", "delete", "create", "drop", "alter", "with", "describe", "explain", "show",
  ]
}

extension Prompt {
  /// Says how what was meant is written.
  func tell(_ misreading: Misreading) {
    switch misreading {
    case .command(let command):
      refuse("a command begins with a full stop")
      offer(Array(command.utf8))
    case .sql:
      refuse(
        "this is no SQL: a question is written `org(O, kind: university)?`, a fact `part_of(keio, nii).`; `.help questions`"
      )
    case .sentence:
      refuse(
        "a question names predicates and what is to be found, as in `met_at(M, keio)?`; `.tutorial` and `.help questions`"
      )
    }
  }

  /// The command that a bare word on a line of its own is meant as, by whoever comes from another prompt.
  func meant(by line: [UInt8]) -> [UInt8] {
    guard isTyped, let command = Prompt.bareWords[String(decoding: line, as: UTF8.self).trimmingBlanks] else {
      return line
    }
    return Array(".\(command)".utf8)
  }

  static let bareWords = [
    "help": "help", "?": "help", "quit": "quit", "exit": "quit", "bye": "quit", "q": "quit",
  ]

  /// Says what an open entry lacks, where a line looks as if whoever typed it did not know.
  func hint(at buffer: StatementBuffer, after line: [UInt8], isFirst: Bool) {
    guard let open = buffer.open else { return }
    let text = String(decoding: line, as: UTF8.self).trimmingBlanks
    let isCommand = text.first == "." && text.dropFirst().first?.isLetter == true
    let isWhole = text.last.map { ".?~;".contains($0) } ?? true
    switch open {
    case "" where isFirst && (text.hasSuffix(";") || !(text.contains("(") || text.contains("-"))),
      "" where !isFirst && (isWhole || Prompt.bareWords[text] != nil):
      let semicolon = text.hasSuffix(";") ? "`;` is or; " : ""
      say(display.dim("\(semicolon)a statement ends in `.`, a question in `?` too; Ctrl-C gives it up"))
    case "/*" where text.isEmpty: say(display.dim("a comment ends in `*/`; Ctrl-C gives it up"))
    case "", "/*": break
    default:
      guard !isFirst, isWhole || isCommand || Prompt.bareWords[text] != nil else { return }
      say(display.dim("`\(open)` is still open; close it, or give the entry up by Ctrl-C"))
    }
  }
}
