extension ChainBuilder {
  /// The operator that takes what is left, and the registers that it reads.
  mutating func sink(_ sink: Sink) -> (Operator, Set<Int>) {
    switch sink {
    case .insert(let id, let operands, let areDistinct):
      return (insertion(builder.relations[id.index], operands, areDistinct: areDistinct), operands.registers)
    case .group(_, let place, let group, let arguments):
      let insertion = GroupInsertion(
        builder.groupings[place],
        by: group.map(cells.reader),
        arguments.map { $0.map(cells.reader) },
        context: context
      )
      return (insertion, (group + arguments.joined()).registers)
    case .improve(let id, let operands, let valueColumn, let isMaximum):
      let insertion = BestInsertion(
        builder.relations[id.index],
        operands.map(cells.reader),
        valueColumn: valueColumn,
        isMaximum: isMaximum,
        context: context
      )
      return (insertion, operands.registers)
    case .unite(let id, let row, let leaf):
      return union(builder.relations[id.index], row: row ?? .constant(0), leaf)
    case .build(let id, let row, let leaf, let filters):
      return build(builder.relations[id.index], row: row ?? .constant(0), leaf, filters)
    }
  }

  private func insertion(_ relation: Relation, _ operands: [Operand], areDistinct: Bool) -> Operator {
    if areDistinct { return DistinctInsertion(relation, operands.map(cells.reader), context: context) }
    if relation.hasStore {
      return StoreInsertion(
        relation,
        operands.map(cells.reader),
        isRecursive: builder.isRecursive,
        context: context
      )
    }
    return PairInsertion(
      relation,
      key: cells.reader(operands.count == 2 ? operands[0] : .constant(0)),
      value: cells.reader(operands.last ?? .constant(0)),
      isRecursive: builder.isRecursive,
      context: context
    )
  }

  private func union(_ relation: Relation, row: Operand, _ leaf: Leaf) -> (Operator, Set<Int>) {
    let source: LeafUnion.Source
    var uses = [row].registers
    switch leaf {
    case .row(let id, let key, let keyColumn, let leafColumn):
      let (leaves, swapped) = builder.leaves(id, keyColumn: keyColumn, leafColumn: leafColumn)
      let leafKey = key ?? .constant(0)
      source = .row(leaves, key: cells.reader(leafKey), swapped: swapped)
      uses.formUnion([leafKey].registers)
    case .deltaRun(_, let key, _):
      source = .run(run)
      if let key { uses.insert(key) }
    }
    let union = LeafUnion(
      relation,
      row: cells.reader(row),
      source: source,
      isRecursive: builder.isRecursive,
      context: context
    )
    return (union, uses)
  }

  private mutating func build(
    _ relation: Relation,
    row: Operand,
    _ leaf: Leaf,
    _ filters: [LeafFilter]
  ) -> (Operator, Set<Int>) {
    guard case .row(let id, let key, let keyColumn, let leafColumn) = leaf else {
      preconditionFailure("rows are built from leaves of settled relations")
    }
    let (leaves, swapped) = builder.leaves(id, keyColumn: keyColumn, leafColumn: leafColumn)
    let leafKey = key ?? .constant(0)
    let sink = RowBuild(
      relation,
      row: cells.reader(row),
      leaves: leaves,
      swapped: swapped,
      key: cells.reader(leafKey),
      filters: filters.map(filter),
      context: context
    )
    rowBuild = sink
    return (sink, [row, leafKey].registers)
  }

  private func filter(_ filter: LeafFilter) -> RowBuild.Filter {
    switch filter {
    case .compareToRow(.notEqual, _): .notTheRow
    case .compareToRow(let comparison, let type): .rank(comparison, type)
    case .absentFromRow(let id): .absentFromRow(builder.relations[id.index])
    case .absentFromSet(let id): .absentFromSet(builder.relations[id.index])
    }
  }
}
