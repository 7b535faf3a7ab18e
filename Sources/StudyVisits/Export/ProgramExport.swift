internal import Datalog
internal import Engine
internal import Planning
internal import Storage

/// A knowledge base as text of the language, which loads back to the same knowledge base.
///
/// Declarations first, then the facts in the order of their values, those of a file below a `.stated` that says when, by
/// whom, why and by which files they were stated, below several if several changes gave them their sources; then rules and
/// constraints. The same knowledge base gives the same bytes.
struct ProgramExport {
  /// The facts of one predicate, sorted.
  private struct Lines {
    let predicate: Predicate
    let columns: [[Word]]
    /// In the order of values, by the place of their `.stated` in `statings`.
    let rows: [Int: [Line]]
  }

  /// A fact as it is stated once.
  private struct Line {
    let row: Int
    /// The place of its `@ …` in `citations`.
    let citation: Int
  }

  /// What is said of how a fact came to be there, by its places.
  private typealias Statement = (citation: Int, stating: Int)

  private let compilation: Compilation
  private let values: Values
  private var lines: [Lines] = []
  private var citations: [String] = [""]
  private var citationPlaces: [String: Int] = ["": 0]
  private var statings: [Stating?] = [nil]
  private var statingPlaces: [Stating: Int] = [:]
  /// Of each of `statings` the number of its first change.
  private var changes = [0]

  init(_ compilation: Compilation, without withheld: Set<String>) throws(RunError) {
    self.compilation = compilation
    values = compilation.values
    let predicates = compilation.program.predicates.filter { $0.kind == .ordinary && !withheld.contains($0.name) }
    for predicate in predicates.sorted(by: { $0.name < $1.name }) {
      if let stored = compilation.facts.stored {
        try add(predicate, of: stored)
      } else {
        add(predicate, try compilation.facts.statements(of: predicate))
      }
    }
  }

  // MARK: Facts

  private mutating func add(_ predicate: Predicate, of stored: StoredFacts) throws(RunError) {
    guard let known = stored.predicate(predicate.name) else { return }
    do throws(StorageError) {
      let facts = try stored.store.statedFacts(of: known)
      let origins = try facts.origins.map { origin throws(StorageError) in
        try origin.statements.map { statement throws(StorageError) in
          Statement(
            citation(stored.text(ofSources: statement.sources)),
            stating(try stored.store.change(statement.change), statement.sources)
          )
        }
      }
      var columns = zip(facts.columns, predicate.columns).map { bits, column in
        bits.withUnsafeBufferPointer { values.words($0, of: column.type) }
      }
      // What is taken away from what is stored are the words of passages.
      let masked = compilation.facts.removed(from: predicate)
      for row in facts.places.indices where !masked.isEmpty && masked.contains(columns.map { $0[row] }) {
        columns[columns.count - 1][row] = values.symbols.intern(FactBase.mask)
      }
      add(predicate, columns, facts.places.map { origins[$0] })
    } catch {
      throw .knowledgeBase(.storage(error))
    }
  }

  private mutating func add(_ predicate: Predicate, _ statements: [FactBase.Statements]) {
    var sources: [[Word]: Set<CitedPassage>] = [:]
    for statements in statements {
      for (row, cited) in statements.sources.enumerated() {
        sources[statements.columns.map { $0[row] }, default: []].formUnion(cited)
      }
    }
    let facts = Array(sources)
    add(
      predicate,
      predicate.columns.indices.map { column in facts.map { $0.key[column] } },
      facts.map { [Statement(citation(text(of: $0.value)), 0)] }
    )
  }

  private func text(of passages: Set<CitedPassage>) -> String {
    let texts = passages.map { (document: Symbol(values.symbols[$0.document]), passage: $0.passage) }
    let sorted = texts.sorted { ($0.document, $0.passage) < ($1.document, $1.passage) }.map { document, passage in
      passage < 0 ? document.literalText : "\(document.literalText):\(passage)"
    }
    return sorted.isEmpty ? "" : "@ " + sorted.joined(separator: ", ")
  }

  private mutating func add(_ predicate: Predicate, _ columns: [[Word]], _ statements: [[Statement]]) {
    guard !statements.isEmpty else { return }
    let account = MemoryAccount()
    var ranks: [[UInt32]] = []
    for (words, column) in zip(columns, predicate.columns) {
      let rank = values.rank(of: column.type.wordType, account: account)
      ranks.append(words.map { rank[Int($0)] })
    }
    let order = statements.indices.sorted { a, b in
      for rank in ranks where rank[a] != rank[b] { return rank[a] < rank[b] }
      return false
    }
    var rows: [Int: [Line]] = [:]
    for row in order {
      for (citation, stating) in statements[row] {
        rows[stating, default: []].append(Line(row: row, citation: citation))
      }
    }
    lines.append(Lines(predicate: predicate, columns: columns, rows: rows))
  }

  private mutating func citation(_ text: String) -> Int {
    if let place = citationPlaces[text] { return place }
    citationPlaces[text] = citations.count
    citations.append(text)
    return citations.count - 1
  }

  private mutating func stating(_ change: StoredChange?, _ sources: [StoredPassage]) -> Int {
    guard let change else { return 0 }
    let stating = Stating(
      time: change.time,
      author: change.author,
      reason: change.reason,
      files: sources.filter(\.isOrigin).map { Symbol(values.symbols[$0.document]) }.sorted()
    )
    if let place = statingPlaces[stating] {
      changes[place] = min(changes[place], change.id)
      return place
    }
    statingPlaces[stating] = statings.count
    statings.append(stating)
    changes.append(change.id)
    return statings.count - 1
  }

  // MARK: Text

  func write(to sink: any ByteSink) throws(ByteSinkError) {
    var writer = BlockWriter(sink)
    for predicate in compilation.program.predicates.sorted(by: { $0.name < $1.name })
    where isDeclared(predicate) {
      writer.bytes.append(contentsOf: "\(predicate.declarationText)\n".utf8)
    }
    let literals = LiteralTexts(values)
    for place in statings.indices.sorted(by: precedes) {
      var isBegun = false
      for lines in lines {
        for line in lines.rows[place] ?? [] {
          if !isBegun, let stating = statings[place] { writer.bytes.append(contentsOf: "\n\(stating)\n".utf8) }
          isBegun = true
          write(line, of: lines, literals, into: &writer.bytes)
          try writer.endRow()
        }
      }
    }
    if statings.count > 1 { writer.bytes.append("\n.stated none\n") }
    for (tree, text) in zip(compilation.text.trees, compilation.text.texts) {
      let clauses = tree.clauseText(in: text)
      if !clauses.isEmpty { writer.bytes.append(contentsOf: "\n\(clauses)\n".utf8) }
    }
    try writer.flush()
  }

  /// Whether a `.stated` comes before another: facts without first, then by time, then in the order of the changes.
  private func precedes(_ a: Int, _ b: Int) -> Bool {
    guard let first = statings[a], let second = statings[b] else { return statings[a] == nil && statings[b] != nil }
    if first.time != second.time { return Symbol(first.time) < Symbol(second.time) }
    if changes[a] != changes[b] { return changes[a] < changes[b] }
    return first.files.lexicographicallyPrecedes(second.files)
  }

  private func isDeclared(_ predicate: Predicate) -> Bool {
    guard predicate.kind == .ordinary else { return false }
    guard let stored = compilation.facts.stored else { return predicate.declaration != nil }
    return stored.predicate(predicate.name) != nil
  }

  private func write(_ line: Line, of lines: Lines, _ literals: LiteralTexts, into text: inout [UInt8]) {
    text.append(contentsOf: lines.predicate.name.utf8)
    for (place, column) in lines.predicate.columns.enumerated() {
      text.append(place == 0 ? "(" : ", ")
      literals.append(lines.columns[place][line.row], column.type.wordType, to: &text)
    }
    if !lines.columns.isEmpty { text.append(")") }
    let citation = citations[line.citation]
    if !citation.isEmpty { text.append(contentsOf: " \(citation)".utf8) }
    text.append(".\n")
  }
}

/// Words as the language writes their values.
private struct LiteralTexts {
  private let values: Values

  init(_ values: Values) { self.values = values }

  func append(_ word: Word, _ type: WordType, to text: inout [UInt8]) {
    guard type == .symbol else { return values.text(of: word, type, into: &text) }
    let bytes = values.symbols.text(of: word)
    // Most texts are plain; what else there is, the language knows.
    if bytes.allSatisfy({ (0x20..<0x7F).contains($0) && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }) {
      let isBare = LiteralTexts.isPlainName(bytes)
      if !isBare { text.append(UInt8(ascii: "\"")) }
      text.append(contentsOf: bytes)
      if !isBare { text.append(UInt8(ascii: "\"")) }
    } else {
      text.append(contentsOf: Symbol(utf8: bytes).literalText.utf8)
    }
  }

  /// Whether a text is surely a name: small letters, digits and `_`, and not the reserved word.
  private static func isPlainName(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let first = bytes.first, (0x61...0x7A).contains(first), !bytes.elementsEqual("not".utf8) else { return false }
    return bytes.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "_") }
  }
}
