/// Numbers the distinct tuples of some columns, from 0 in order of appearance.
final class GroupNumbers {
  /// The tuples' columns in the rows that `take` numbers; set before.
  let columns: UnsafeMutablePointer<OperandColumn>
  let width: Int
  @exclusivity(unchecked) private(set) var count = 0
  /// Of each row taken last.
  @exclusivity(unchecked) private(set) var numbers: Vector<UInt32>
  /// For one column: by word its group's number and one, 0 for none.
  @exclusivity(unchecked) private var byWord: ZeroedMemory<UInt32>
  /// For one column: by group its word.
  @exclusivity(unchecked) private var words: Vector<Word>
  /// For more columns.
  @exclusivity(unchecked) private var store: RowStore?
  @exclusivity(unchecked) private var tuples: Vector<Word>
  private let account: MemoryAccount

  init(width: Int, account: MemoryAccount) {
    self.width = width
    self.account = account
    columns = .allocate(capacity: max(width, 1))
    numbers = Vector(account: account)
    byWord = ZeroedMemory(count: width == 1 ? 1024 : 1, account: account)
    words = Vector(account: account)
    tuples = Vector(account: account)
    if width > 1 { store = RowStore(arity: width, account: account) }
  }

  deinit {
    columns.deallocate()
  }

  /// Numbers the tuples of so many rows; those that were not met before get the next numbers, in their order.
  ///
  /// - Returns: how many there were before.
  @discardableResult
  func take(_ rowCount: Int) -> Int {
    let known = count
    numbers.removeAll()
    numbers.reserve(rowCount)
    numbers.count = rowCount
    switch width {
    case 0:
      numbers.base.update(repeating: 0, count: rowCount)
      if rowCount > 0 { count = 1 }
    case 1: takeWords(columns[0], rowCount)
    default: takeTuples(rowCount)
    }
    return known
  }

  private func takeWords(_ column: OperandColumn, _ rowCount: Int) {
    let numbers = numbers.base
    for index in 0..<rowCount {
      let word = column[index]
      if Int(word) >= byWord.count { grow(toHold: word) }
      let known = byWord.base[Int(word)]
      if known > 0 {
        numbers[index] = known &- 1
        continue
      }
      numbers[index] = UInt32(truncatingIfNeeded: count)
      count &+= 1
      byWord.base[Int(word)] = UInt32(truncatingIfNeeded: count)
      words.append(word)
    }
  }

  private func takeTuples(_ rowCount: Int) {
    guard let store else { return }
    tuples.removeAll()
    tuples.reserve(rowCount &* width)
    let target = tuples.base
    for place in 0..<width {
      let column = columns[place]
      for index in 0..<rowCount { target[index &* width &+ place] = column[index] }
    }
    store.insert(target, count: rowCount, numbers: numbers.base)
    count = store.count
  }

  /// The word of a group's tuple.
  func word(_ group: Int, _ place: Int) -> Word {
    store.map { $0.row(group)[place] } ?? words[group]
  }

  @inline(never)
  private func grow(toHold word: Word) {
    let enlarged = ZeroedMemory<UInt32>(count: max(Int(word) + 1, byWord.count * 2), account: account)
    enlarged.base.update(from: byWord.base, count: byWord.count)
    byWord = enlarged
  }

  /// Forgets all groups; costs by their number.
  func removeAll() {
    for index in 0..<words.count { byWord.base[Int(words.base[index])] = 0 }
    words.removeAll()
    if width > 1 { store = RowStore(arity: width, account: account) }
    count = 0
  }
}

/// Runs pipelines once for each distinct tuple of some registers; they carry the group's number in a register of its own.
final class GroupSolver {
  private let registers: [Int]
  private let groups: GroupNumbers
  private let pipelines: [Operator]
  private let input: Frame
  private let groupRegister: Int

  var count: Int { groups.count }

  /// The group of each row of the batch taken last.
  var numbers: UnsafePointer<UInt32> { UnsafePointer(groups.numbers.base) }

  init(groups: [Int], pipelines: [Operator], input: Frame, groupRegister: Int, account: MemoryAccount) {
    registers = groups
    self.groups = GroupNumbers(width: groups.count, account: account)
    self.pipelines = pipelines
    self.input = input
    self.groupRegister = groupRegister
  }

  /// Numbers the rows of a batch; `solve` has to follow with the result, once there is room for the new groups.
  ///
  /// - Returns: how many groups there were before.
  func take(_ batch: Batch) -> Int {
    for (place, register) in registers.enumerated() {
      groups.columns[place] = OperandColumn(base: batch.column(register), mask: -1)
    }
    let known = groups.take(batch.count)
    input.ensure(groups.count - known)
    var next = known
    for index in 0..<batch.count where Int(groups.numbers.base[index]) == next {
      for register in registers { input.columns[register]?[next - known] = batch.column(register)[index] }
      input.columns[groupRegister]?[next - known] = Word(truncatingIfNeeded: next)
      next += 1
    }
    return known
  }

  /// Runs the pipelines for the groups from `known` on.
  func solve(from known: Int) throws(EvaluationError) {
    let added = groups.count - known
    guard added > 0 else { return }
    for pipeline in pipelines {
      pipeline.begin()
      try pipeline.push(Batch(columns: input.columns, count: added))
      try pipeline.finish()
    }
  }

  func removeAll() {
    groups.removeAll()
  }
}
