/// Numbers the distinct tuples of some registers, from 0 in order of appearance.
final class GroupNumbers {
  let registers: [Int]
  @exclusivity(unchecked) private(set) var count = 0
  /// For one register: by word its group's number and one, 0 for none.
  @exclusivity(unchecked) private var byWord: ZeroedMemory<UInt32>
  @exclusivity(unchecked) private var words: Vector<Word>
  /// For any other number of registers.
  @exclusivity(unchecked) private var tuples: RowStore?
  private let tuple: UnsafeMutablePointer<Word>
  private let account: MemoryAccount

  init(_ registers: [Int], account: MemoryAccount) {
    self.registers = registers
    self.account = account
    byWord = ZeroedMemory(count: registers.count == 1 ? 1024 : 1, account: account)
    words = Vector(account: account)
    tuple = .allocate(capacity: max(registers.count, 1))
    tuple.initialize(repeating: 0, count: max(registers.count, 1))
    if registers.count != 1 { tuples = RowStore(arity: max(registers.count, 1), account: account) }
  }

  deinit {
    tuple.deallocate()
  }

  /// The number of a row's group, a new one if it was not met before.
  @inline(__always)
  func number(of batch: Batch, at index: Int) -> (number: Int, isNew: Bool) {
    guard let tuples else { return number(of: batch.column(registers[0])[index]) }
    for place in 0..<registers.count { tuple[place] = batch.column(registers[place])[index] }
    let (number, isNew) = tuples.insert(tuple)
    count = tuples.count
    return (number, isNew)
  }

  @inline(__always)
  private func number(of word: Word) -> (number: Int, isNew: Bool) {
    if Int(word) >= byWord.count { grow(toHold: word) }
    let known = byWord.base[Int(word)]
    if known > 0 { return (Int(known) - 1, false) }
    count += 1
    byWord.base[Int(word)] = UInt32(truncatingIfNeeded: count)
    words.append(word)
    return (count - 1, true)
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
    if tuples != nil { tuples = RowStore(arity: max(registers.count, 1), account: account) }
    count = 0
  }
}

/// Runs pipelines once for each distinct tuple of some registers; they carry the group's number in a register of its own.
final class GroupSolver {
  private let groups: GroupNumbers
  private let pipelines: [Operator]
  private let input: Frame
  private let groupRegister: Int
  /// The group of each row of the batch taken last.
  @exclusivity(unchecked) private(set) var numbers: Vector<UInt32>

  var count: Int { groups.count }

  init(groups: [Int], pipelines: [Operator], input: Frame, groupRegister: Int, account: MemoryAccount) {
    self.groups = GroupNumbers(groups, account: account)
    self.pipelines = pipelines
    self.input = input
    self.groupRegister = groupRegister
    numbers = Vector(account: account)
  }

  /// Numbers the rows of a batch; `solve` has to follow with the result, once there is room for the new groups.
  ///
  /// - Returns: how many groups there were before.
  func take(_ batch: Batch) -> Int {
    let known = groups.count
    numbers.removeAll()
    numbers.reserve(batch.count)
    numbers.count = batch.count
    input.ensure(batch.count)
    for index in 0..<batch.count {
      let (number, isNew) = groups.number(of: batch, at: index)
      numbers.base[index] = UInt32(truncatingIfNeeded: number)
      guard isNew else { continue }
      let place = number - known
      for register in groups.registers { input.columns[register]?[place] = batch.column(register)[index] }
      input.columns[groupRegister]?[place] = Word(truncatingIfNeeded: number)
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
