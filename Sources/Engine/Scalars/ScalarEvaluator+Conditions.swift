extension ScalarEvaluator {
  /// Writes a `ScalarVerdict` for each of `count` rows.
  public func test(
    _ program: ScalarConditionProgram,
    registers: RegisterColumns,
    count: Int,
    into verdicts: UnsafeMutablePointer<UInt8>
  ) {
    isStopped = false
    if case .compare(let comparison, let a, let b) = program.form,
      compareLeaves(comparison, a, b, registers, count, into: verdicts)
    {
      return
    }
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: ScalarScratch.rowCount) { outcomes in
      guard let outcomes = outcomes.baseAddress else { return }
      inBatches(count) { stretch in
        let rows = ScalarRows(start: stretch.start, count: stretch.count, outcomes: outcomes)
        rows.clear()
        return test(program, registers, rows, into: verdicts + stretch.start)
      }
    }
  }

  /// Writes a `ScalarVerdict` for each of `count` rows; prepare a `ScalarConditionProgram` to do so more than once.
  public func test(
    _ condition: ScalarCondition,
    registers: RegisterColumns,
    count: Int,
    into verdicts: UnsafeMutablePointer<UInt8>
  ) {
    test(ScalarConditionProgram(condition), registers: registers, count: count, into: verdicts)
  }

  /// False when the texts of the batch outgrew the scratch and it should be tried with fewer rows.
  private func test(
    _ program: ScalarConditionProgram,
    _ registers: RegisterColumns,
    _ rows: ScalarRows,
    into verdicts: UnsafeMutablePointer<UInt8>
  ) -> Bool {
    switch program.form {
    case .compare(let comparison, let a, let b):
      let columns = run([a, b], registers, rows)
      compare(comparison, columns[0], columns[1], rows.count, into: verdicts)
    case .test(let test, let arguments, let isNegated):
      let columns = run(arguments, registers, rows)
      check(test, columns, rows, into: verdicts)
      if isNegated { for row in 0..<rows.count { verdicts[row] ^= 1 } }
    }
    if scratch.isExhausted, rows.count > 1 { return false }
    for row in 0..<rows.count where rows.outcomes[row] != ScalarOutcome.value.rawValue {
      verdicts[row] = ScalarVerdict.failed(rows.outcomes[row])
    }
    return true
  }

  /// Evaluates several programs, whose results lie side by side on the stack.
  func run(_ programs: [ScalarProgram], _ registers: RegisterColumns, _ rows: ScalarRows) -> [ScalarColumn] {
    scratch.begin(columnCount: programs.enumerated().reduce(0) { max($0, $1.offset + $1.element.depth) })
    return programs.indices.map { run(programs[$0], registers, rows, at: $0) }
  }

  private func check(
    _ test: ScalarTest,
    _ columns: [ScalarColumn],
    _ rows: ScalarRows,
    into verdicts: UnsafeMutablePointer<UInt8>
  ) {
    switch test {
    case .isTrue, .isFalse: verdicts.update(repeating: test == .isTrue ? 1 : 0, count: rows.count)
    case .match: match(columns[0].texts, columns[1].texts, rows, into: verdicts)
    case .contains:
      for row in 0..<rows.count {
        verdicts[row] = TextSearch.offset(of: columns[0].texts[row], in: columns[1].texts[row], from: 0) == nil ? 0 : 1
      }
    case .startsWith:
      for row in 0..<rows.count {
        verdicts[row] = ScalarText.isPart(columns[1].texts[row], of: columns[0].texts[row], at: 0) ? 1 : 0
      }
    case .endsWith:
      for row in 0..<rows.count {
        let text = columns[0].texts[row]
        let end = columns[1].texts[row]
        verdicts[row] = ScalarText.isPart(end, of: text, at: text.count - end.count) ? 1 : 0
      }
    }
  }

  /// A text that is no pattern gives no value.
  private func match(
    _ patterns: UnsafePointer<UnsafeBufferPointer<UInt8>>,
    _ texts: UnsafePointer<UnsafeBufferPointer<UInt8>>,
    _ rows: ScalarRows,
    into verdicts: UnsafeMutablePointer<UInt8>
  ) {
    var pattern: Pattern?
    var text = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
    for row in 0..<rows.count {
      verdicts[row] = 0
      if isStopped { continue }
      if row == 0 || !isSame(patterns[row], text) {
        text = patterns[row]
        pattern = self.patterns.pattern(text)
      }
      guard let pattern else {
        rows.fail(row, .missing)
        continue
      }
      guard let isMatch = pattern.matches(texts[row], shouldStop: shouldStop) else {
        isStopped = true
        continue
      }
      verdicts[row] = isMatch ? 1 : 0
    }
  }

  @inline(__always)
  private func isSame(_ a: UnsafeBufferPointer<UInt8>, _ b: UnsafeBufferPointer<UInt8>) -> Bool {
    a.count == b.count && (a.baseAddress == b.baseAddress || ScalarText.compare(a, b) == 0)
  }
}
