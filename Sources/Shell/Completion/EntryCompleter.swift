import Datalog
public import StudyVisits

/// Finds what can stand at a place of an entry: a command and its argument, or a part of a statement.
public struct EntryCompleter {
  /// Past so many candidates a list says only how many more there are; chosen: no terminal shows more.
  static let candidateLimit = 200

  let vocabulary: Vocabulary
  /// What `~` stands for.
  let home: String?

  /// - Parameter home: what `~` stands for in the names of files.
  public init(vocabulary: Vocabulary, home: String?) {
    self.vocabulary = vocabulary
    self.home = home
  }

  /// - Parameter cursor: a place in `text`, in bytes.
  public func completion(of text: [UInt8], cursor: Int) -> Completion {
    let before = String(decoding: text[..<cursor], as: UTF8.self)
    if before.first == ".", let command = commandCompletion(of: before, cursor: cursor) { return command }
    return statementCompletion(of: text, from: 0, cursor: cursor)
  }

  // MARK: Commands

  /// `nil` for what is a statement's.
  private func commandCompletion(of before: String, cursor: Int) -> Completion? {
    let name = before.dropFirst().prefix { $0.isLetter || $0.isNumber || $0 == "_" }
    if name.endIndex == before.endIndex {
      let commands = Command.all.filter { $0.name.hasPrefix(name) }.map {
        Candidate(text: "." + $0.name, kind: $0.synopsis, name: $0.summary, ending: $0.synopsis.isEmpty ? "" : " ")
      }
      let directives = LanguageWords.directives.filter { $0.hasPrefix(name) }.map {
        Candidate(text: "." + $0, kind: "directive", ending: " ")
      }
      return Completion(of: 0..<cursor, typed: before, commands + directives)
    }
    guard let line = CommandEntry(before), case .command(let command) = line.meaning(allowsPrefixes: true) else {
      return nil
    }
    let blanks = before[name.endIndex...].prefix { $0.isWhitespace }
    guard !blanks.isEmpty else { return .none(at: cursor) }
    return argumentCompletion(of: command, before, from: blanks.endIndex, cursor: cursor)
  }

  private func argumentCompletion(
    of command: Command,
    _ before: String,
    from start: String.Index,
    cursor: Int
  ) -> Completion {
    let argument = String(before[start...])
    let offset = before.utf8.distance(from: before.startIndex, to: start)
    switch command.argument {
    case .none, .text: return .none(at: cursor)
    case .file: return FileNames(home: home).completion(of: argument, offset: offset)
    case .predicate:
      if argument.contains(where: { "( ".contains($0) }) {
        return statementCompletion(of: Array(before.utf8), from: offset, cursor: cursor)
      }
      let names = predicates(beginningWith: argument).map { Candidate(text: $0.text, kind: $0.kind, name: $0.name) }
      return Completion(of: offset..<cursor, typed: argument, names)
    case .entity:
      let values = offered(vocabulary.entities(matching: argument, limit: EntryCompleter.candidateLimit))
      return Completion(of: offset..<cursor, typed: argument, values.candidates.map { $0.unquoted }, values.found)
    case .graph: return graphCompletion(of: argument, offset: offset, cursor: cursor)
    case .command:
      let names = Command.all.filter { $0.name.hasPrefix(argument) }.map { Candidate(text: $0.name, name: $0.summary) }
      return Completion(of: offset..<cursor, typed: argument, names)
    case .words(let words):
      return Completion(
        of: offset..<cursor,
        typed: argument,
        words.filter { $0.hasPrefix(argument) }.map { Candidate(text: $0) }
      )
    }
  }

  /// Views, options and values of options; files where anything else stands.
  private func graphCompletion(of argument: String, offset: Int, cursor: Int) -> Completion {
    let start = argument.lastIndex(where: \.isWhitespace).map(argument.index(after:)) ?? argument.startIndex
    let word = String(argument[start...])
    let place = offset + argument.utf8.distance(from: argument.startIndex, to: start)
    let candidates: [Candidate]
    if word.hasPrefix("-") {
      candidates = GraphRequest.optionNames.map { Candidate(text: $0, ending: " ") }
    } else if let option = argument[..<start].split(separator: " ").last, option.hasPrefix("--") {
      if option == "--from" {
        let values = offered(vocabulary.entities(matching: word, limit: EntryCompleter.candidateLimit))
        return Completion(of: place..<cursor, typed: word, values.candidates.map { $0.unquoted }, values.found)
      }
      candidates = GraphRequest.values(of: String(option)).map { Candidate(text: $0) }
    } else {
      candidates = start == argument.startIndex ? GraphView.all.map { Candidate(text: $0.name, name: $0.summary) } : []
    }
    let fitting = candidates.filter { $0.text.hasPrefix(word) }
    guard fitting.isEmpty else { return Completion(of: place..<cursor, typed: word, fitting) }
    return FileNames(home: home).completion(of: argument, offset: offset)
  }

  // MARK: What is offered

  func predicates(beginningWith typed: String) -> [Candidate] {
    vocabulary.predicates().filter { $0.name.hasPrefix(typed) }.map {
      Candidate(
        text: $0.name,
        kind: $0.isDerived ? "derived" : "facts",
        name: $0.columns.map(\.name).joined(separator: ", "),
        ending: "("
      )
    }
  }

  /// The values of a predicate's column, by its place.
  func values(of predicate: String, column: Int, typed: String) -> (candidates: [Candidate], found: FoundValues) {
    offered(vocabulary.values(of: predicate, column: column, matching: typed, limit: EntryCompleter.candidateLimit))
  }

  private func offered(_ found: FoundValues) -> (candidates: [Candidate], found: FoundValues) {
    let candidates = found.values.map { value in
      Candidate(text: value.isSymbol ? Symbol(value.text).literalText : value.text, kind: value.kind, name: value.name)
    }
    return (candidates, found)
  }
}

extension Candidate {
  /// As it is written where nothing is quoted.
  fileprivate var unquoted: Candidate { Candidate(text: text.unquoted, kind: kind, name: name, ending: ending) }
}

extension Completion {
  /// Of candidates that are all there are, and values of which there may be more.
  init(of replaced: Range<Int>, typed: String, _ candidates: [Candidate], _ found: FoundValues = FoundValues()) {
    var texts = candidates.map(\.text)
    let more = max(0, found.totalCount - found.values.count)
    if more > 0 { texts.append(found.common) }
    let common = texts.dropFirst().reduce(texts.first ?? "", Completion.commonBeginning)
    let isLonger = common.count > typed.count && common.lowercased().hasPrefix(typed.lowercased())
    self.init(
      replaced: replaced,
      candidates: candidates,
      moreCount: more,
      common: isLonger ? common : nil,
      isPartial: found.isPartial
    )
  }

  private static func commonBeginning(_ a: String, _ b: String) -> String {
    String(zip(a, b).prefix { $0 == $1 }.map(\.0))
  }
}
