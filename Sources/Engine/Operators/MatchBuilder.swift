/// Chooses the operator for one atom by its relation's form and by what is known of its columns.
///
/// A relation of three columns or more, settled, of which an atom names two or fewer is read through a projection of its
/// own, so that most atoms are joins of pairs. The first step of a rule, when it knows constants only, scans what is
/// loaded instead of building an index for one look-up.
struct MatchBuilder {
  private let chain: ChainBuilder
  private let match: Match
  /// Whether constants are looked for without an index.
  private let scansOnce: Bool
  private let relation: Relation
  private let columns: [Match.Column]
  private var context: EvaluationContext { chain.builder.context }

  init(chain: ChainBuilder, match: Match, isFirst: Bool) {
    self.chain = chain
    self.match = match
    scansOnce = isFirst && chain.builder.context.forms.scansOnce
    let whole = chain.builder.relations[match.relation.index]
    let named = match.columns.indices.filter { match.columns[$0] != .ignored }
    let knowsConstants = match.columns.contains { if case .bound = $0 { true } else { false } }
    let isSettled = match.source == .all && !chain.builder.growing.contains(match.relation)
    if whole.arity > 2, isSettled, named.count <= 2, !(scansOnce && knowsConstants) {
      relation = whole.projection(on: named)
      columns = named.map { match.columns[$0] }
    } else {
      relation = whole
      columns = match.columns
    }
  }

  // MARK: Joins

  func join(frame: Frame, next: Operator) -> Operator {
    if relation.hasStore { return storeJoin(frame: frame, next: next) }
    let (first, second) = pairColumns
    if match.source == .delta {
      return pairScan(match.groupedBy == 1 ? .deltaSwapped : .delta, first, second, frame: frame, next: next)
    }
    switch (first, second) {
    case (.bind(let key), .bind(let value)):
      if match.groupedBy == 1 { return tableScan(swapped: true, value, key, frame: frame, next: next) }
      return tableScan(swapped: false, key, value, frame: frame, next: next)
    case (.bind(let key), .ignored): return tableScan(swapped: false, key, nil, frame: frame, next: next)
    case (.ignored, .bind(let key)): return tableScan(swapped: true, key, nil, frame: frame, next: next)
    case (.bound(let key), .bind(let target)):
      if scansOnce, relation.arity == 2, relation.hasOnlyLoadedPairs {
        return loadedScan(swapped: false, key, target, frame: frame, next: next)
      }
      return expand(swapped: false, key, target, frame: frame, next: next)
    case (.bind(let target), .bound(let key)):
      if scansOnce, relation.hasOnlyLoadedPairs {
        return loadedScan(swapped: true, key, target, frame: frame, next: next)
      }
      return expand(swapped: true, key, target, frame: frame, next: next)
    case (.bound, .bound), (.bound, .ignored), (.ignored, .bound), (.ignored, .ignored):
      return membership(isNegated: false, frame: frame, next: next)
    }
  }

  /// Both columns of the pair: a relation of one column is the row of key 0, one without columns the pair (0, 0).
  private var pairColumns: (Match.Column, Match.Column) {
    switch columns.count {
    case 0: (.bound(.constant(0)), .bound(.constant(0)))
    case 1: (.bound(.constant(0)), columns[0])
    default: (columns[0], columns[1])
    }
  }

  private func expand(swapped: Bool, _ key: Operand, _ target: Int, frame: Frame, next: Operator) -> Operator {
    Expand(
      relation,
      swapped: swapped,
      key: chain.cells.reader(key),
      target: target,
      frame: frame,
      next: next,
      context: context
    )
  }

  private func loadedScan(swapped: Bool, _ key: Operand, _ target: Int, frame: Frame, next: Operator) -> Operator {
    LoadedScan(
      relation,
      swapped: swapped,
      key: chain.cells.reader(key),
      target: target,
      frame: frame,
      next: next,
      context: context
    )
  }

  private func tableScan(swapped: Bool, _ key: Int, _ value: Int?, frame: Frame, next: Operator) -> Operator {
    TableScan(relation, swapped: swapped, key: key, value: value, frame: frame, next: next, context: context)
  }

  private func pairScan(
    _ source: PairScan.Source,
    _ first: Match.Column,
    _ second: Match.Column,
    frame: Frame,
    next: Operator
  ) -> Operator {
    PairScan(
      relation,
      source: source,
      first: side(first),
      second: side(second),
      frame: frame,
      next: next,
      context: context
    )
  }

  private func side(_ column: Match.Column) -> PairScan.Side {
    switch column {
    case .bound(let operand): .bound(chain.cells.reader(operand))
    case .bind(let register): .bind(register)
    case .ignored: .ignored
    }
  }

  private func storeJoin(frame: Frame, next: Operator) -> Operator {
    let columns = storeColumns
    let access: StoreJoin.Access =
      match.source == .delta ? .delta : columns.bound.isEmpty || scansOnce ? .scan : .index
    return StoreJoin(relation, access: access, columns: columns, frame: frame, next: next, context: context)
  }

  private var storeColumns: StoreColumns {
    var bound: [(column: Int, reader: OperandReader)] = []
    var binds: [(column: Int, register: Int)] = []
    for (place, column) in columns.enumerated() {
      switch column {
      case .bound(let operand): bound.append((place, chain.cells.reader(operand)))
      case .bind(let register): binds.append((place, register))
      case .ignored: break
      }
    }
    return StoreColumns(bound: bound, binds: binds)
  }

  // MARK: Membership

  /// Every column is known or ignored.
  func membership(isNegated: Bool, frame: Frame, next: Operator) -> Operator {
    if relation.hasStore {
      let columns = storeColumns
      if columns.bound.isEmpty { return NonEmpty(relation, isNegated: isNegated, next: next, context: context) }
      return StoreMembership(
        relation,
        columns: columns,
        isNegated: isNegated,
        frame: frame,
        next: next,
        context: context
      )
    }
    switch pairColumns {
    case (.bound(let key), .bound(let value)):
      return pairMembership(swapped: false, key, value, isNegated, frame: frame, next: next)
    case (.bound(let key), .ignored):
      return pairMembership(swapped: false, key, nil, isNegated, frame: frame, next: next)
    case (.ignored, .bound(let key)):
      return pairMembership(swapped: true, key, nil, isNegated, frame: frame, next: next)
    case (.ignored, .ignored):
      return NonEmpty(relation, isNegated: isNegated, next: next, context: context)
    case (.bind, _), (_, .bind):
      preconditionFailure("a membership test binds nothing")
    }
  }

  private func pairMembership(
    swapped: Bool,
    _ key: Operand,
    _ value: Operand?,
    _ isNegated: Bool,
    frame: Frame,
    next: Operator
  ) -> Operator {
    PairMembership(
      relation,
      swapped: swapped,
      key: chain.cells.reader(key),
      value: value.map(chain.cells.reader),
      isNegated: isNegated,
      frame: frame,
      next: next,
      context: context
    )
  }
}
