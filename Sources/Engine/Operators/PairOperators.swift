/// Widens each row by the words beside its key: a join with a relation of two columns of which one is known.
final class Expand: Stage {
  private let relation: Relation
  private let swapped: Bool
  private let key: OperandReader
  private let target: Int
  private let frame: Frame
  private let carried: [Int]
  private var table: RowTable
  /// What was loaded ahead, so that it is.
  @exclusivity(unchecked) private var fetched: Word = 0

  init(
    _ relation: Relation,
    swapped: Bool,
    key: OperandReader,
    target: Int,
    frame: Frame,
    next: Operator,
    context: EvaluationContext
  ) {
    self.relation = relation
    self.swapped = swapped
    self.key = key
    self.target = target
    self.frame = frame
    carried = frame.live.filter { $0 != target }
    table = relation.table(swapped: swapped)
    super.init(next: next, context: context)
  }

  override func begin() {
    table = relation.table(swapped: swapped)
    super.begin()
  }

  override func push(_ batch: Batch) throws(EvaluationError) {
    let keys = key.column(of: batch)
    let table = table
    var filled = 0
    for index in 0..<batch.count {
      if index % RowTable.groupSize == 0 {
        table.fetch(keys, from: index, to: min(index &+ RowTable.groupSize, batch.count), &fetched)
      }
      let row = table.row(of: keys[index])
      let size = Int(row.pointee.count)
      if size == 0 { continue }
      frame.ensure(filled &+ size)
      if let column = frame.columns[target] { table.copyWords(row, to: column + filled) }
      for register in carried {
        let word = batch.column(register)[index]
        // SAFETY: the frame has a column for each live register.
        let column = frame.columns[register].unsafelyUnwrapped + filled
        for place in 0..<size { column[place] = word }
      }
      filled &+= size
      if filled >= Stage.batchSize {
        try hand(frame, filled)
        filled = 0
      }
    }
    if filled > 0 { try hand(frame, filled) }
  }
}

/// Joins each row with all pairs of a relation, row by row of its table.
final class TableScan: Stage {
  private let relation: Relation
  private let swapped: Bool
  /// The register of the keys.
  let key: Int
  private let value: Int?
  private let frame: Frame
  private let carried: [Int]
  /// The places of the keys to be scanned; `nil` for all.
  @exclusivity(unchecked) var part: Range<Int>?

  /// - Parameter value: `nil` to list keys alone, each once.
  init(
    _ relation: Relation,
    swapped: Bool,
    key: Int,
    value: Int?,
    frame: Frame,
    next: Operator,
    context: EvaluationContext
  ) {
    self.relation = relation
    self.swapped = swapped
    self.key = key
    self.value = value
    self.frame = frame
    carried = frame.live.filter { $0 != key && $0 != value }
    _ = relation.table(swapped: swapped)
    super.init(next: next, context: context)
  }

  /// How many keys there are.
  var keyCount: Int { relation.table(swapped: swapped).keys.count }

  override func push(_ batch: Batch) throws(EvaluationError) {
    let table = relation.table(swapped: swapped)
    let places = part ?? 0..<table.keys.count
    var filled = 0
    for index in 0..<batch.count {
      for place in places {
        let word = table.keys.base[place]
        let row = table.row(of: word)
        let size = value == nil ? min(1, Int(row.pointee.count)) : Int(row.pointee.count)
        if size == 0 { continue }
        frame.ensure(filled &+ size)
        if let column = frame.columns[key] { (column + filled).update(repeating: word, count: size) }
        if let value, let column = frame.columns[value] { table.copyWords(row, to: column + filled) }
        for register in carried {
          frame.columns[register].unsafelyUnwrapped.advanced(by: filled)
            .update(repeating: batch.column(register)[index], count: size)
        }
        filled &+= size
        if filled >= Stage.batchSize {
          try hand(frame, filled)
          filled = 0
        }
      }
    }
    if filled > 0 { try hand(frame, filled) }
  }
}

/// The words beside a constant in the pairs of a relation as they were loaded: the first step of a rule.
///
/// All are gathered before any is handed over: a later step may read the same relation as a table, and making that one
/// takes the loaded pairs away.
final class LoadedScan: Stage {
  private let relation: Relation
  private let swapped: Bool
  private let key: OperandReader
  private let target: Int
  private let frame: Frame
  @exclusivity(unchecked) private var found: Vector<Word>

  /// Pairs looked at between two polls.
  private static let pollInterval = 1 << 16

  /// - Parameter swapped: whether the constant is in the second column.
  init(
    _ relation: Relation,
    swapped: Bool,
    key: OperandReader,
    target: Int,
    frame: Frame,
    next: Operator,
    context: EvaluationContext
  ) {
    self.relation = relation
    self.swapped = swapped
    self.key = key
    self.target = target
    self.frame = frame
    found = Vector(account: context.account)
    super.init(next: next, context: context)
  }

  override func push(_ batch: Batch) throws(EvaluationError) {
    let wanted = key.column(of: batch)[0]
    found.removeAll()
    try relation.withLoadedPairs { (pairs, count) throws(EvaluationError) in
      for index in 0..<count {
        let pair = swapped ? pairs[index].swapped : pairs[index]
        if pair.first == wanted { found.append(pair.second) }
        if index % LoadedScan.pollInterval == 0 { try context.poll() }
      }
    }
    for start in stride(from: 0, to: found.count, by: Stage.batchSize) {
      let size = min(Stage.batchSize, found.count - start)
      if let column = frame.columns[target] { column.update(from: found.base + start, count: size) }
      try hand(frame, size)
    }
  }
}

/// Joins each row with the pairs that the last round added, of which columns may be known.
final class PairScan: Stage {
  enum Source {
    case delta, deltaSwapped
  }

  enum Side {
    case bound(OperandReader)
    case bind(Int)
    case ignored
  }

  private let relation: Relation
  private let source: Source
  private let first: Side
  private let second: Side
  private let frame: Frame
  private let carried: [Int]

  /// - Parameters `first`, `second`: of the relation's columns, whatever the source's order.
  init(
    _ relation: Relation,
    source: Source,
    first: Side,
    second: Side,
    frame: Frame,
    next: Operator,
    context: EvaluationContext
  ) {
    self.relation = relation
    self.source = source
    self.first = source == .deltaSwapped ? second : first
    self.second = source == .deltaSwapped ? first : second
    self.frame = frame
    let bound = [first, second].compactMap { if case .bind(let register) = $0 { register } else { nil } }
    carried = frame.live.filter { !bound.contains($0) }
    super.init(next: next, context: context)
  }

  override func push(_ batch: Batch) throws(EvaluationError) {
    for index in 0..<batch.count {
      switch source {
      case .delta: try scan(relation.delta.base, relation.delta.count, batch, index)
      case .deltaSwapped: try scan(relation.deltaSwapped.base, relation.deltaSwapped.count, batch, index)
      }
    }
  }

  private func scan(
    _ pairs: UnsafePointer<Pair>,
    _ count: Int,
    _ batch: Batch,
    _ index: Int
  ) throws(EvaluationError) {
    let wantedFirst = wanted(first, batch, index)
    let wantedSecond = wanted(second, batch, index)
    for register in carried {
      // SAFETY: the frame has a column for each live register.
      frame.columns[register].unsafelyUnwrapped
        .update(repeating: batch.column(register)[index], count: Stage.batchSize)
    }
    let firstColumn = target(first)
    let secondColumn = target(second)
    var start = 0
    while start < count {
      let end = min(start + Stage.batchSize, count)
      var filled = 0
      for place in start..<end {
        let pair = pairs[place]
        if let wantedFirst, pair.first != wantedFirst { continue }
        if let wantedSecond, pair.second != wantedSecond { continue }
        if let firstColumn { firstColumn[filled] = pair.first }
        if let secondColumn { secondColumn[filled] = pair.second }
        filled &+= 1
      }
      if filled > 0 { try hand(frame, filled) } else { try context.poll() }
      start = end
    }
  }

  private func wanted(_ side: Side, _ batch: Batch, _ index: Int) -> Word? {
    if case .bound(let reader) = side { reader.column(of: batch)[index] } else { nil }
  }

  private func target(_ side: Side) -> UnsafeMutablePointer<Word>? {
    if case .bind(let register) = side { frame.columns[register] } else { nil }
  }
}
