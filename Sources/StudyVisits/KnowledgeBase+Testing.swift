internal import Datalog
internal import Engine

/// A question of a file whose answer is not the one expected.
public struct UnmetExpectation: Sendable {
  /// `file:line` of the question, or the file.
  public let place: String
  /// As they are written: tuples, or lines of CSV.
  public internal(set) var missing: [String]
  public internal(set) var added: [String]
}

/// What came of the expectations of a query file.
public struct ExpectationReport: Sendable {
  /// How many answers, or files of answers, were compared.
  public internal(set) var count = 0
  public internal(set) var unmet: [UnmetExpectation] = []
}

extension KnowledgeBase {
  /// Compares the answers of a query file with those that it expects: inline, as a set, and as a whole with the file
  /// beside it that ends in `.expected`, which holds them as CSV.
  public func test(
    _ file: String,
    options: RunOptions,
    warn: (Findings) -> Void
  ) throws(KnowledgeBaseError) -> ExpectationReport {
    let compilation = try compile(try SourceFile.readAll([file]), dialect: .file, mode: .run, options: options)
    warn(compilation.warnings)
    let run = run(compilation, options: options)
    var report = ExpectationReport()
    let output = MemorySink()
    for case .question(let question) in compilation.program.requests {
      let answer: Answer
      do {
        answer = try run.answer(question.answers, order: question.order, limit: question.limit)
      } catch {
        throw compilation.error(error)
      }
      if !output.text.isEmpty { try? output.write("\n") }
      // Memory takes all that is written.
      try? answer.write(as: .csv, to: output)
      guard let expected = question.expected else { continue }
      let texts = answer.tupleTexts
      report.compare(
        Set(texts),
        with: Set(expected.map(\.tupleText)),
        order: texts,
        at: written(question.span, in: compilation).place
      )
    }
    if let expected = try expectedAnswers(beside: file) { report.compareLines(output.text, with: expected, of: file) }
    return report
  }

  private func expectedAnswers(beside file: String) throws(KnowledgeBaseError) -> String? {
    let name = file.hasSuffix(".dl") ? String(file.dropLast(3)) : file
    let path = name + ".expected"
    guard SourceFile.exists(path) else { return nil }
    return String(decoding: try KnowledgeBase.contents(of: path), as: UTF8.self)
  }
}

extension ExpectationReport {
  fileprivate mutating func compare(_ found: Set<String>, with expected: Set<String>, order: [String], at place: String)
  {
    count += 1
    guard found != expected else { return }
    unmet.append(
      UnmetExpectation(
        place: place,
        missing: expected.subtracting(found).sorted(),
        added: order.filter { !expected.contains($0) }
      )
    )
  }

  /// The order of the lines counts.
  fileprivate mutating func compareLines(_ found: String, with expected: String, of file: String) {
    count += 1
    guard found != expected else { return }
    let found = found.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let expected = expected.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let difference = found.difference(from: expected)
    var unmet = UnmetExpectation(place: file, missing: [], added: [])
    for change in difference {
      switch change {
      case .remove(_, let line, _): unmet.missing.append(line)
      case .insert(_, let line, _): unmet.added.append(line)
      }
    }
    self.unmet.append(unmet)
  }
}

extension Answer {
  /// The rows as `expect` writes them; `()` is yes.
  fileprivate var tupleTexts: [String] {
    (0..<rowCount).map { row in
      columns.indices.map { values.constant(word(row, $0), columns[$0].type) }.tupleText
    }
  }
}

extension [Constant] {
  fileprivate var tupleText: String { "(\(map(\.literalText).joined(separator: ", ")))" }
}
