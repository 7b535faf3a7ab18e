import Datalog
import StudyVisits

/// Completion inside a statement of the language.
extension EntryCompleter {
  /// - Parameter start: where the statement's text begins in `text`.
  func statementCompletion(of text: [UInt8], from start: Int, cursor: Int) -> Completion {
    let place = CursorPlace(in: Array(text[start...]), cursor: cursor - start)
    let replaced = (place.typed.lowerBound + start)..<(place.typed.upperBound + start)
    let written = String(decoding: text[replaced.lowerBound..<cursor], as: UTF8.self)
    let typed = place.isQuoted ? String(written.dropFirst()) : written
    var offer = Offer()
    switch place.kind {
    case .nothing: return .none(at: cursor)
    case .literal where !place.isQuoted:
      offer.candidates = variables(of: place, typed) + literals(typed)
      if text.dropFirst(cursor).first == UInt8(ascii: "(") { offer.dropEndings() }
    case .literal: break
    case .argument(let argument): addArguments(argument, of: place, typed, to: &offer)
    case .operand(let beside):
      if !place.isQuoted { offer.candidates = variables(of: place, typed) }
      if let use = place.uses.last(where: { $0.variable == beside })?.argument, let column = column(of: use) {
        offer.add(values(of: use.predicate, column: column, typed: typed))
      }
    case .source: offer.add(values(of: "document", column: 0, typed: typed))
    case .tail:
      offer.candidates = variables(of: place, typed) + words(["limit", "order by"], typed)
    case .directive(let name):
      guard place.isQuoted, [".include", ".input"].contains(name) else { return .none(at: cursor) }
      return FileNames(home: home).completion(of: typed, offset: replaced.lowerBound + 1)
    }
    return Completion(of: replaced, typed: place.isQuoted ? written : typed, offer.candidates, offer.found)
  }

  /// Candidates, with what is known of those values that are not among them.
  private struct Offer {
    var candidates: [Candidate] = []
    var found = FoundValues()

    mutating func add(_ values: (candidates: [Candidate], found: FoundValues)) {
      candidates += values.candidates
      found = values.found
    }

    mutating func dropEndings() {
      candidates = candidates.map { Candidate(text: $0.text, kind: $0.kind, name: $0.name) }
    }
  }

  private func variables(of place: CursorPlace, _ typed: String) -> [Candidate] {
    place.variables.filter { $0.hasPrefix(typed) }.map { Candidate(text: $0, kind: "variable") }
  }

  private func words(_ words: [String], _ typed: String) -> [Candidate] {
    words.filter { $0.hasPrefix(typed) }.map { Candidate(text: $0, ending: " ") }
  }

  private func literals(_ typed: String) -> [Candidate] {
    let tests = LanguageWords.tests.filter { $0.name.hasPrefix(typed) }.map { test in
      Candidate(text: test.name, kind: "test", ending: test.hasArguments ? "(" : "")
    }
    let builtIn = LanguageWords.builtInRelations.filter { $0.name.hasPrefix(typed) }.map {
      Candidate(text: $0.name, kind: "built in", name: $0.columns.joined(separator: ", "), ending: "(")
    }
    return predicates(beginningWith: typed) + builtIn + tests + words(["not"], typed)
  }

  private func addArguments(
    _ argument: CursorPlace.Argument,
    of place: CursorPlace,
    _ typed: String,
    to offer: inout Offer
  ) {
    if !place.isQuoted {
      offer.candidates = variables(of: place, typed)
      if argument.name == nil { offer.candidates += columns(of: argument, typed) }
    }
    guard let column = column(of: argument) else { return }
    offer.add(values(of: argument.predicate, column: column, typed: typed))
  }

  /// The names that can stand before a value, from that of the column at the place on.
  private func columns(of argument: CursorPlace.Argument, _ typed: String) -> [Candidate] {
    columnNames(of: argument.predicate).dropFirst(argument.position ?? 0).filter { $0.hasPrefix(typed) }.map {
      Candidate(text: $0 + ":", kind: "column", ending: " ")
    }
  }

  private func columnNames(of predicate: String) -> [String] {
    vocabulary.predicates().first { $0.name == predicate }?.columns.map(\.name)
      ?? LanguageWords.builtInRelations.first { $0.name == predicate }?.columns ?? []
  }

  private func column(of argument: CursorPlace.Argument) -> Int? {
    guard let name = argument.name else { return argument.position }
    return columnNames(of: argument.predicate).firstIndex(of: name)
  }
}
