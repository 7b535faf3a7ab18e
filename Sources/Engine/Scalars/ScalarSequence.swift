/// The elements that a generator gives for the rows of a batch, taken in portions, so that a sequence of any length
/// costs no more memory than a portion.
public final class ScalarSequence {
  /// Of each row a `ScalarOutcome`; a row without arguments has no elements.
  public private(set) var outcomes: [UInt8]

  private enum Elements {
    /// First and last of each row.
    case range([(first: Int64, last: Int64)])
    /// Text and separator of each row.
    case split([(text: [UInt8], separator: [UInt8])])
  }

  private let elements: Elements
  private let values: Values
  private var row = 0
  /// Where the row's next element begins: a number's distance from the first, or a byte offset.
  private var position: UInt64 = 0

  /// The arguments are evaluated here, at once for all rows.
  init(
    _ generator: SequenceGenerator,
    _ arguments: [ScalarProgram],
    _ evaluator: ScalarEvaluator,
    _ registers: RegisterColumns,
    _ count: Int
  ) {
    precondition(arguments.count == 2, "a sequence has two arguments")
    values = evaluator.values
    var outcomes = [UInt8](repeating: ScalarOutcome.value.rawValue, count: count)
    var ranges: [(first: Int64, last: Int64)] = []
    var splits: [(text: [UInt8], separator: [UInt8])] = []
    outcomes.withUnsafeMutableBufferPointer { outcomes in
      guard let outcomes = outcomes.baseAddress else { return }
      evaluator.inBatches(count) { stretch in
        let rows = ScalarRows(start: stretch.start, count: stretch.count, outcomes: outcomes + stretch.start)
        rows.clear()
        let columns = evaluator.run(arguments, registers, rows)
        if evaluator.scratch.isExhausted, rows.count > 1 { return false }
        for row in 0..<rows.count {
          switch generator {
          case .range: ranges.append((columns[0].numbers[row], columns[1].numbers[row]))
          case .split: splits.append((Array(columns[0].texts[row]), Array(columns[1].texts[row])))
          }
        }
        return true
      }
    }
    self.outcomes = outcomes
    elements = generator == .range ? .range(ranges) : .split(splits)
  }

  /// Takes the next elements, at most `limit`: of each its row and its word; 0 when there are no more.
  public func next(
    _ limit: Int,
    rows: UnsafeMutablePointer<UInt32>,
    words: UnsafeMutablePointer<Word>
  ) -> Int {
    var taken = 0
    while taken < limit, row < outcomes.count {
      guard outcomes[row] == ScalarOutcome.value.rawValue else {
        endRow()
        continue
      }
      let start = taken
      switch elements {
      case .range(let ranges): takeNumbers(ranges[row], limit, words, &taken)
      case .split(let splits): takeParts(splits[row].text, splits[row].separator, limit, words, &taken)
      }
      // The row may have ended, so it is the one before.
      (rows + start).update(repeating: UInt32(truncatingIfNeeded: lastRow), count: taken - start)
    }
    return taken
  }

  private var lastRow = 0

  private func endRow() {
    row += 1
    position = 0
  }

  private func takeNumbers(
    _ range: (first: Int64, last: Int64),
    _ limit: Int,
    _ words: UnsafeMutablePointer<Word>,
    _ taken: inout Int
  ) {
    lastRow = row
    guard range.first <= range.last else { return endRow() }
    let span = UInt64(bitPattern: range.last &- range.first)
    while taken < limit {
      words[taken] = values.numbers.intern(range.first &+ Int64(bitPattern: position))
      taken += 1
      if position == span { return endRow() }
      position += 1
    }
  }

  private func takeParts(
    _ text: [UInt8],
    _ separator: [UInt8],
    _ limit: Int,
    _ words: UnsafeMutablePointer<Word>,
    _ taken: inout Int
  ) {
    lastRow = row
    text.withUnsafeBufferPointer { text in
      separator.withUnsafeBufferPointer { separator in
        if separator.isEmpty {
          takeScalars(text, limit, words, &taken)
        } else {
          takeParts(text, separator, limit, words, &taken)
        }
      }
    }
  }

  private func takeScalars(
    _ text: UnsafeBufferPointer<UInt8>,
    _ limit: Int,
    _ words: UnsafeMutablePointer<Word>,
    _ taken: inout Int
  ) {
    var start = Int(position)
    while start < text.count, taken < limit {
      let end = start + ScalarText.scalar(text, at: start).length
      words[taken] = values.symbols.intern(UnsafeBufferPointer(rebasing: text[start..<end]))
      taken += 1
      start = end
    }
    position = UInt64(start)
    if start >= text.count { endRow() }
  }

  private func takeParts(
    _ text: UnsafeBufferPointer<UInt8>,
    _ separator: UnsafeBufferPointer<UInt8>,
    _ limit: Int,
    _ words: UnsafeMutablePointer<Word>,
    _ taken: inout Int
  ) {
    while taken < limit {
      let start = Int(position)
      let end = TextSearch.offset(of: separator, in: text, from: start)
      words[taken] = values.symbols.intern(UnsafeBufferPointer(rebasing: text[start..<(end ?? text.count)]))
      taken += 1
      guard let end else { return endRow() }
      position = UInt64(end + separator.count)
    }
  }
}

extension ScalarEvaluator {
  /// The elements of a sequence for each of `count` rows: all numbers from the first argument to the second, or the
  /// parts of the first argument between the occurrences of the second (between scalars when that is empty).
  public func generate(
    _ generator: SequenceGenerator,
    _ arguments: [ScalarProgram],
    registers: RegisterColumns,
    count: Int
  ) -> ScalarSequence {
    isStopped = false
    return ScalarSequence(generator, arguments, self, registers, count)
  }

  /// The elements of a sequence for each of `count` rows.
  public func generate(
    _ generator: SequenceGenerator,
    _ arguments: [ScalarExpression],
    registers: RegisterColumns,
    count: Int
  ) -> ScalarSequence {
    generate(generator, arguments.map(ScalarProgram.init), registers: registers, count: count)
  }
}
