/// The columns that a batch reads, one for each register; a register that no expression names may be `nil`.
public typealias RegisterColumns = UnsafePointer<UnsafeMutablePointer<Word>?>

/// Evaluates expressions, conditions and sequences over batches of words.
///
/// Columns are decoded once, worked on as numbers, floats, date keys or texts, and only results get words. A text that a
/// function would make longer than 16 MiB is an overflow, and so are 64 MiB of texts for one row. Not for two threads at
/// once.
public final class ScalarEvaluator {
  public let values: Values
  /// Whether `shouldStop` said so during the last call, or `mayGrow` forbade a word; then the results of that call are
  /// worth nothing.
  public internal(set) var isStopped = false
  let scratch = ScalarScratch()
  let patterns: PatternCache
  let shouldStop: () -> Bool
  /// Whether values may get new words, asked now and then.
  private let mayGrow: () -> Bool

  /// An evaluator of words of `values`; `shouldStop` is asked at least once for each million steps of pattern matching.
  public init(
    values: Values,
    shouldStop: @escaping () -> Bool = { false },
    mayGrow: @escaping () -> Bool = { true }
  ) {
    self.values = values
    self.shouldStop = shouldStop
    self.mayGrow = mayGrow
    patterns = PatternCache()
  }

  /// The bytes held besides the dictionaries.
  public var byteCount: Int { scratch.byteCount + patterns.byteCount }

  /// Writes the value of an expression for each of `count` rows, and a `ScalarOutcome`; true when every row has a value.
  ///
  /// The word of a row without a value is 0. `words` may be one of the registers.
  public func compute(
    _ program: ScalarProgram,
    registers: RegisterColumns,
    count: Int,
    into words: UnsafeMutablePointer<Word>,
    outcomes: UnsafeMutablePointer<UInt8>
  ) -> Bool {
    isStopped = false
    var isComplete = true
    inBatches(count) { rows in
      let rows = ScalarRows(start: rows.start, count: rows.count, outcomes: outcomes + rows.start)
      scratch.begin(columnCount: program.depth)
      rows.clear()
      let column = run(program, registers, rows, at: 0)
      if scratch.isExhausted, rows.count > 1 { return false }
      if !intern(column, rows, into: words + rows.start) { isComplete = false }
      return true
    }
    return isComplete
  }

  /// Writes the value of an expression for each of `count` rows; prepare a `ScalarProgram` to do so more than once.
  public func compute(
    _ expression: ScalarExpression,
    registers: RegisterColumns,
    count: Int,
    into words: UnsafeMutablePointer<Word>,
    outcomes: UnsafeMutablePointer<UInt8>
  ) -> Bool {
    compute(ScalarProgram(expression), registers: registers, count: count, into: words, outcomes: outcomes)
  }

  /// Calls `body` with stretches of `0..<count`; one for which it returns false is halved and done again.
  func inBatches(_ count: Int, _ body: (ScalarStretch) -> Bool) {
    var size = ScalarScratch.rowCount
    var start = 0
    while start < count {
      let stretch = ScalarStretch(start: start, count: min(size, count - start))
      if body(stretch) {
        start += stretch.count
        size = min(size * 2, ScalarScratch.rowCount)
      } else {
        size = max(stretch.count / 2, 1)
      }
    }
  }

  /// Evaluates a program on the stack from column `base` upwards, where its result stays.
  func run(_ program: ScalarProgram, _ registers: RegisterColumns, _ rows: ScalarRows, at base: Int) -> ScalarColumn {
    var types: [WordType] = []
    types.reserveCapacity(program.depth)
    for step in program.steps {
      let top = base + types.count
      switch step {
      case .register(let index, let type):
        guard let words = registers[index] else { preconditionFailure("register \(index) has no column") }
        decode(words + rows.start, rows.count, into: ScalarColumn(memory: scratch.columns[top], type: type))
        types.append(type)
      case .constant(let word, let type):
        fill(ScalarColumn(memory: scratch.columns[top], type: type), rows.count, with: word)
        types.append(type)
      case .call(let function, let argumentCount, let type):
        let first = types.count - argumentCount
        let arguments = (first..<types.count).map {
          ScalarColumn(memory: scratch.columns[base + $0], type: types[$0])
        }
        apply(function, arguments, rows, into: ScalarColumn(memory: scratch.columns[top], type: type))
        scratch.exchange(base + first, top)
        types.removeLast(argumentCount)
        types.append(type)
      }
    }
    return ScalarColumn(memory: scratch.columns[base], type: program.type)
  }

  private func decode(_ words: UnsafePointer<Word>, _ count: Int, into column: ScalarColumn) {
    switch column.type {
    case .symbol:
      let texts = column.texts
      for row in 0..<count { texts[row] = values.symbols.text(of: words[row]) }
    case .number: gather(values.numbers.values, words, count, values.numbers.count, into: column.numbers)
    case .float: gather(values.floats.values, words, count, values.floats.count, into: column.floats)
    case .date: gather(values.dates.values, words, count, values.dates.count, into: column.dates)
    }
  }

  @inline(__always)
  private func gather<Value>(
    _ source: UnsafePointer<Value>,
    _ words: UnsafePointer<Word>,
    _ count: Int,
    _ wordCount: Int,
    into target: UnsafeMutablePointer<Value>
  ) {
    for row in 0..<count {
      // SAFETY: registers hold words of the dictionary of their type.
      assert(Int(words[row]) < wordCount, "a word of another dictionary")
      target[row] = source[Int(words[row])]
    }
  }

  private func fill(_ column: ScalarColumn, _ count: Int, with word: Word) {
    switch column.type {
    case .symbol: column.texts.update(repeating: values.symbols.text(of: word), count: count)
    case .number: column.numbers.update(repeating: values.numbers[word], count: count)
    case .float: column.floats.update(repeating: values.floats[word], count: count)
    case .date: column.dates.update(repeating: values.dates[word], count: count)
    }
  }

  /// Gives the values of a column their words; true when every row has one.
  func intern(_ column: ScalarColumn, _ rows: ScalarRows, into words: UnsafeMutablePointer<Word>) -> Bool {
    guard mayGrow() else { return find(column, rows, into: words) }
    if rows.isComplete {
      switch column.type {
      case .symbol: values.symbols.intern(column.texts, count: rows.count, into: words)
      case .number: values.numbers.intern(column.numbers, count: rows.count, into: words)
      case .float: values.floats.intern(column.floats, count: rows.count, into: words)
      case .date: values.dates.intern(column.dates, count: rows.count, into: words)
      }
      return true
    }
    for row in 0..<rows.count {
      guard rows.outcomes[row] == ScalarOutcome.value.rawValue else {
        words[row] = 0
        continue
      }
      switch column.type {
      case .symbol: words[row] = values.symbols.intern(column.texts[row])
      case .number: words[row] = values.numbers.intern(column.numbers[row])
      case .float: words[row] = values.floats.intern(column.floats[row])
      case .date: words[row] = values.dates.intern(column.dates[row])
      }
    }
    return false
  }

  /// The same without new words.
  private func find(_ column: ScalarColumn, _ rows: ScalarRows, into words: UnsafeMutablePointer<Word>) -> Bool {
    var isComplete = true
    for row in 0..<rows.count {
      words[row] = 0
      guard rows.outcomes[row] == ScalarOutcome.value.rawValue else {
        isComplete = false
        continue
      }
      let word =
        switch column.type {
        case .symbol: values.symbols.find(column.texts[row])
        case .number: values.numbers.find(column.numbers[row])
        case .float: values.floats.find(column.floats[row])
        case .date: values.dates.find(column.dates[row])
        }
      if let word { words[row] = word } else { isStopped = true }
    }
    return isComplete
  }
}

/// A stretch of the rows of a batch.
struct ScalarStretch {
  let start: Int
  let count: Int
}

/// The rows in work, at most `ScalarScratch.rowCount`.
struct ScalarRows {
  /// The first row's place in the registers.
  let start: Int
  let count: Int
  /// Of each row a `ScalarOutcome`, the first that was not a value.
  let outcomes: UnsafeMutablePointer<UInt8>

  /// Begins with a value in every row.
  func clear() { outcomes.update(repeating: ScalarOutcome.value.rawValue, count: count) }

  /// Whether every row has a value.
  var isComplete: Bool {
    var union: UInt8 = 0
    for row in 0..<count { union |= outcomes[row] }
    return union == ScalarOutcome.value.rawValue
  }

  /// Notes that `row` has no value, unless an earlier reason was noted.
  @inline(__always)
  func fail(_ row: Int, _ outcome: ScalarOutcome) {
    if outcomes[row] == ScalarOutcome.value.rawValue { outcomes[row] = outcome.rawValue }
  }
}
