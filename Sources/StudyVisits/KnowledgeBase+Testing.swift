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
    if let expected = try expectedAnswers(beside: file) {
      report.compare(Array(output.text.utf8).records, with: expected.records, of: file)
    }
    return report
  }

  private func expectedAnswers(beside file: String) throws(KnowledgeBaseError) -> [UInt8]? {
    let name = file.hasSuffix(".dl") ? String(file.dropLast(3)) : file
    let path = name + ".expected"
    guard SourceFile.exists(path) else { return nil }
    return Array(try KnowledgeBase.contents(of: path))
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

  /// The order of the records counts.
  fileprivate mutating func compare(_ found: [[UInt8]], with expected: [[UInt8]], of file: String) {
    count += 1
    guard found != expected else { return }
    let difference = found.difference(from: expected)
    var unmet = UnmetExpectation(place: file, missing: [], added: [])
    for change in difference {
      switch change {
      case .remove(_, let record, _): unmet.missing.append(String(decoding: record, as: UTF8.self))
      case .insert(_, let record, _): unmet.added.append(String(decoding: record, as: UTF8.self))
      }
    }
    self.unmet.append(unmet)
  }
}

extension [UInt8] {
  /// The records of CSV as answers are written, however its lines end; a line that is none stands as it is.
  fileprivate var records: [[UInt8]] {
    var text = starts(with: [0xEF, 0xBB, 0xBF]) ? Array(dropFirst(3)) : self
    if text.last != UInt8(ascii: "\n") { text.append(UInt8(ascii: "\n")) }
    var record = CSVRecord()
    var records: [[UInt8]] = []
    text.withUnsafeBufferPointer { bytes in
      var rest = bytes[...]
      while !rest.isEmpty {
        let pending = CSVRecord.Bytes(rebasing: rest)
        let isRecord = record.scan(pending, isAtEnd: true) == .record
        records.append(isRecord ? record.line(pending) : Array(pending.prefix(record.byteCount)))
        rest = rest.dropFirst(record.byteCount)
      }
    }
    return records
  }
}

extension CSVRecord {
  /// The record scanned from bytes, without its end.
  fileprivate func line(_ bytes: Bytes) -> [UInt8] {
    var line: [UInt8] = []
    for (place, field) in fields.enumerated() {
      if place > 0 { line.append(UInt8(ascii: ",")) }
      CSVText.append(to: &line) { text in withText(of: field, bytes) { text.append(contentsOf: $0) } }
    }
    return line
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
