/// The words of a register, or one constant for all rows.
private struct ScalarLeaf {
  let words: UnsafePointer<Word>
  /// All ones for a register, 0 for a constant.
  let mask: Int

  @inline(__always)
  subscript(row: Int) -> Word { words[row & mask] }
}

extension ScalarEvaluator {
  /// Compares decoded columns.
  func compare(
    _ comparison: ScalarComparison,
    _ a: ScalarColumn,
    _ b: ScalarColumn,
    _ count: Int,
    into verdicts: UnsafeMutablePointer<UInt8>
  ) {
    switch a.type {
    case .symbol:
      let first = a.texts
      let second = b.texts
      decide(comparison, count, into: verdicts, { ScalarText.compare(first[$0], second[$0]) }, { _ in 0 })
    case .number:
      let first = a.numbers
      let second = b.numbers
      decide(comparison, count, into: verdicts, { first[$0] }, { second[$0] })
    case .float:
      let first = a.floats
      let second = b.floats
      decide(comparison, count, into: verdicts, { first[$0] }, { second[$0] })
    case .date:
      let first = a.dates
      let second = b.dates
      decide(comparison, count, into: verdicts, { first[$0] }, { second[$0] })
    }
  }

  /// Compares registers and constants by their words, or by values looked up in place; false for other expressions.
  func compareLeaves(
    _ comparison: ScalarComparison,
    _ a: ScalarProgram,
    _ b: ScalarProgram,
    _ registers: RegisterColumns,
    _ count: Int,
    into verdicts: UnsafeMutablePointer<UInt8>
  ) -> Bool {
    withUnsafeTemporaryAllocation(of: Word.self, capacity: 2) { constants in
      guard let constants = constants.baseAddress,
        let first = leaf(a, registers, constants),
        let second = leaf(b, registers, constants + 1)
      else { return false }
      compareLeaves(comparison, first, second, a.type, count, into: verdicts)
      return true
    }
  }

  private func leaf(
    _ program: ScalarProgram,
    _ registers: RegisterColumns,
    _ constant: UnsafeMutablePointer<Word>
  ) -> ScalarLeaf? {
    guard program.steps.count == 1 else { return nil }
    switch program.steps[0] {
    case .register(let index, _):
      guard let words = registers[index] else { preconditionFailure("register \(index) has no column") }
      return ScalarLeaf(words: words, mask: -1)
    case .constant(let word, _):
      constant.initialize(to: word)
      return ScalarLeaf(words: constant, mask: 0)
    case .call: return nil
    }
  }

  private func compareLeaves(
    _ comparison: ScalarComparison,
    _ a: ScalarLeaf,
    _ b: ScalarLeaf,
    _ type: WordType,
    _ count: Int,
    into verdicts: UnsafeMutablePointer<UInt8>
  ) {
    if comparison == .equal || comparison == .notEqual {
      return decide(comparison, count, into: verdicts, { a[$0] }, { b[$0] })
    }
    // SAFETY: registers and constants hold words of the dictionary of their type.
    switch type {
    case .symbol:
      let symbols = values.symbols
      decide(comparison, count, into: verdicts, { symbols.compare(a[$0], b[$0]) }, { _ in 0 })
    case .number:
      let numbers = values.numbers.values
      decide(comparison, count, into: verdicts, { numbers[Int(a[$0])] }, { numbers[Int(b[$0])] })
    case .float:
      let floats = values.floats.values
      decide(comparison, count, into: verdicts, { floats[Int(a[$0])] }, { floats[Int(b[$0])] })
    case .date:
      let dates = values.dates.values
      decide(comparison, count, into: verdicts, { dates[Int(a[$0])] }, { dates[Int(b[$0])] })
    }
  }

  @inline(__always)
  private func decide<Value: Comparable>(
    _ comparison: ScalarComparison,
    _ count: Int,
    into verdicts: UnsafeMutablePointer<UInt8>,
    _ a: (Int) -> Value,
    _ b: (Int) -> Value
  ) {
    switch comparison {
    case .equal: for row in 0..<count { verdicts[row] = a(row) == b(row) ? 1 : 0 }
    case .notEqual: for row in 0..<count { verdicts[row] = a(row) != b(row) ? 1 : 0 }
    case .less: for row in 0..<count { verdicts[row] = a(row) < b(row) ? 1 : 0 }
    case .lessOrEqual: for row in 0..<count { verdicts[row] = a(row) <= b(row) ? 1 : 0 }
    case .greater: for row in 0..<count { verdicts[row] = a(row) > b(row) ? 1 : 0 }
    case .greaterOrEqual: for row in 0..<count { verdicts[row] = a(row) >= b(row) ? 1 : 0 }
    }
  }
}
