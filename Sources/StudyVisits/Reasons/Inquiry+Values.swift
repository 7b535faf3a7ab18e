internal import Datalog
internal import Engine

// What may have been meant by a value that is not where it was looked for.

extension Inquiry {
  /// A reason with what may have been meant by a value in it.
  func suggesting(_ near: [Constant], for value: Constant, _ reason: Reason) -> Reason {
    Reason(
      reason.text,
      at: reason.span,
      help: "did you mean \(Diagnostic.list(near.map(\.literalText), "or"))?",
      repair: repair(value, by: near, in: reason.span)
    )
  }

  /// What to write for a value where it stands in a condition.
  private func repair(_ value: Constant, by near: [Constant], in span: Span) -> Repair? {
    let text = compilation.text.texts[span.source.index]
    var spellings = [value.literalText]
    if case .symbol(let symbol) = value { spellings.append(symbol.quotedText) }
    for spelling in spellings {
      guard let place = text.place(of: Array(spelling.utf8), in: span) else { continue }
      return Repair(near.map(\.literalText), at: [place])
    }
    return nil
  }

  /// The values nearest to one in spelling; else, without case, accents and script, those that are the same, that contain it,
  /// or that are nearest in spelling.
  func near(_ value: Constant, among values: SortedValues) -> [Constant] {
    guard case .symbol(let wanted) = value, values.type == .symbol, values.count <= Inquiry.mostCompared else {
      return []
    }
    let symbols = values.compactMap { if case .symbol(let symbol) = $0 { symbol } else { nil } }
    var search = SpellingSearch(for: wanted.utf8)
    for symbol in symbols { symbol.utf8.withUnsafeBufferPointer { search.consider($0) } }
    var near = search.nearest.map { Symbol(utf8: $0) }
    if near.isEmpty {
      let key = folded(wanted.description)
      guard key.count >= 3 else { return [] }
      near = symbols.filter { folded($0.description) == key }
      if near.isEmpty { near = symbols.filter { folded($0.description).containsWords(key) } }
      if near.isEmpty {
        near = nearest(toFolded: key) { consider in
          for symbol in symbols { symbol.utf8.withUnsafeBufferPointer(consider) }
        }
      }
    }
    return near.count <= 3 ? near.map { .symbol($0) } : []
  }

  /// Chosen: comparing so many takes some hundredths of a second.
  private static let mostCompared = 50_000

  /// The entities among some values whose name or alias a value is, or their names; and that it is so.
  func entities(called value: Constant, among values: SortedValues) throws(RunError) -> (
    values: [Constant], reason: String?
  ) {
    guard case .symbol(let symbol) = value, values.type == .symbol,
      let word = self.values.symbols.find(symbol.description)
    else { return ([], nil) }
    let there = Set(values.words)
    func meant(_ words: [Word]) -> [Constant] {
      Set(words.filter { $0 != word && there.contains($0) }).sorted().map { self.values.constant($0, .symbol) }
    }
    let bearers = try compilation.entities(named: symbol.description)
    if !meant(bearers).isEmpty {
      return (meant(bearers), "that is the name of \(Diagnostic.list(meant(bearers).map(\.literalText)))")
    }
    var names: [Word] = []
    for naming in compilation.namings {
      for entity in [word] + bearers {
        let facts = try compilation.facts.statements(of: naming.predicate, where: naming.entity, is: entity)
        names += facts.map { $0.tuple[naming.name] }
      }
    }
    let entity = self.values.constant(bearers.first ?? word, .symbol).literalText
    let reason = bearers.isEmpty ? "`\(entity)` is an identifier" : "that is another name of `\(entity)`"
    return (meant(names), reason)
  }

  /// Atoms that hold a value, at most three: those that it is the key of first.
  func places(of value: Constant, in rule: Rule) throws(RunError) -> [String] {
    var places: [String] = []
    for isKey in [true, false] {
      for (index, predicate) in program.predicates.enumerated() where hasOnlyFacts(PredicateID(index)) {
        for column in predicate.columns.indices where predicate.columns[column].type == value.type {
          guard predicate.entityColumns.contains(column) == isKey, places.count < 3 else { continue }
          var terms = [Term](repeating: .wildcard, count: predicate.columns.count)
          terms[column] = .constant(value)
          guard try holds(PredicateID(index), terms, in: rule) else { continue }
          places.append(text(of: PredicateID(index), terms, in: rule))
        }
      }
    }
    return places
  }
}

extension SourceText {
  /// Where bytes first stand in a span, and no word goes on beside them.
  fileprivate func place(of pattern: [UInt8], in span: Span) -> Span? {
    guard !pattern.isEmpty, span.end - span.start >= pattern.count else { return nil }
    for start in span.start...(span.end - pattern.count) {
      let end = start + pattern.count
      guard bytes[start..<end].elementsEqual(pattern) else { continue }
      let isWhole = pattern[0] == UInt8(ascii: "\"") || !continuesWord(start - 1) && !continuesWord(end)
      if isWhole { return Span(source: span.source, start: start, end: end) }
    }
    return nil
  }

  private func continuesWord(_ place: Int) -> Bool {
    guard bytes.indices.contains(place) else { return false }
    switch bytes[place] {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): return true
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), 0x80...: return true
    default: return false
    }
  }
}

extension Array where Element == UInt8 {
  /// Whether a word of it begins as another text does.
  fileprivate func containsWords(_ part: [UInt8]) -> Bool {
    guard count >= part.count, !part.isEmpty else { return false }
    return (0...(count - part.count)).contains { start in
      (start == 0 || self[start - 1] == UInt8(ascii: " ")) && self[start..<(start + part.count)].elementsEqual(part)
    }
  }
}
