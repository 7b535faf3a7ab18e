import Datalog
import Engine

/// Makes the outline of one rule's plan: each step with the bindings expected behind it.
struct RuleOutliner {
  let names: RelationNames
  let statistics: Statistics
  let texts: OperandTexts
  private let rule: Rule
  private let sink: Sink
  private var bound: Set<Int> = []
  private var expected: Double? = 1
  private var depth = 0
  private var lines: [PlanOutline.Line] = []

  /// - Parameter rule: that `plan` was made for.
  init(_ plan: RulePlan, rule: Rule, names: RelationNames, statistics: Statistics) {
    self.rule = rule
    self.names = names
    self.statistics = statistics
    sink = plan.sink
    texts = OperandTexts(rule.variables, values: statistics.values)
    if case .unite(_, _, .deltaRun(let relation, let key, let swapped)) = plan.sink {
      outlineRuns(relation, key: key, swapped: swapped)
    }
    for (place, step) in plan.steps.enumerated() { outline(step, place: place) }
    outlineSink(place: plan.steps.count)
  }

  /// All lines, the outermost loop first.
  var outline: [PlanOutline.Line] { lines }

  private mutating func add(_ text: String, _ reason: String, place: Int?, isLoop: Bool = false) {
    lines.append(.init(depth: depth, text: text, reason: reason, expected: expected, step: place))
    if isLoop { depth += 1 }
  }

  private mutating func multiply(by factor: Double) {
    expected = expected.map { $0 * factor }
  }

  // MARK: Steps

  private mutating func outline(_ step: Step, place: Int?) {
    switch step {
    case .match(let match): outline(match, place: place)
    case .require(let match, let isNegated):
      let share = min(1, statistics.matches(match, bound: bound))
      if !isNegated { multiply(by: share) }
      let reason = isNegated ? "absence" : "membership, for \(share.share) of the rows expected"
      add("\(isNegated ? "unless" : "only if") \(atom(match))", reason, place: place)
    case .intersect(let register, let leaves):
      multiply(by: size(of: leaves))
      let text =
        "each \(texts.name(register)) in \(leaves.map { atom($0, texts.name(register)) }.joined(separator: " and "))"
      add(text, "intersection of \(leaves.count) sets, the smallest first", place: place, isLoop: true)
    case .requireCommon(let leaves):
      let text = "only if there is one value in \(leaves.map { atom($0, "_") }.joined(separator: " and "))"
      add(text, "intersection of \(leaves.count) sets, up to the first value", place: place)
    case .requireSolution(let plan):
      add("only if there is", "solved once for each \(tuple(plan.groups))", place: place)
      nest(plan.steps, plan.factors, bound: plan.groups)
    case .filter(let condition, _): add("only if \(texts.text(of: condition))", "filter", place: place)
    case .compute(let register, let expression, _):
      add("\(texts.name(register)) = \(texts.text(of: expression))", "computed", place: place)
    case .generate(let register, let generator, let arguments, _):
      let arguments = arguments.map(texts.text).joined(separator: ", ")
      expected = nil
      add("each \(texts.name(register)) of \(generator)(\(arguments))", "generated", place: place, isLoop: true)
    case .aggregate(let plan): outline(plan, place: place)
    case .distinct(let register, _):
      add("each \(texts.name(register)) once", "nothing else is wanted of the rows so far", place: place)
    }
    bound.formUnion(step.binds)
  }

  private mutating func outline(_ plan: AggregatePlan, place: Int?) {
    let value = plan.value.map { " \(texts.text(of: $0))" } ?? ""
    let reason = plan.groups.isEmpty ? "solved once" : "solved once for each \(tuple(plan.groups))"
    add("\(texts.name(plan.result)) = \(plan.function)\(value) of", reason, place: place)
    for alternative in plan.alternatives { nest(alternative.steps, alternative.factors, bound: plan.groups) }
  }

  /// The steps of a solution of its own, which starts from the registers in `groups`.
  private mutating func nest(_ steps: [Step], _ factors: [FactorPlan], bound groups: [Int]) {
    let outer = (bound, expected, depth)
    (bound, expected, depth) = (Set(groups), 1, depth + 1)
    for step in steps { outline(step, place: nil) }
    for factor in factors {
      switch factor {
      case .tuples(let relation): add("times all of \(names.name(relation))", "counted, not listed", place: nil)
      case .words(let leaf): add("times \(atom(leaf, "_"))", "counted, not listed", place: nil)
      case .common(let leaves):
        let text = leaves.map { atom($0, "_") }.joined(separator: " and ")
        add("times the values in \(text)", "counted, not listed", place: nil)
      case .solutions(let plan):
        add("times the solutions of", "solved once for each \(tuple(plan.groups))", place: nil)
        nest(plan.steps, plan.factors, bound: plan.groups)
      }
    }
    (bound, expected, depth) = outer
  }

  // MARK: Joins

  private mutating func outline(_ match: Match, place: Int?) {
    guard match.source == .all else {
      expected = nil
      let grouping = match.columns.count == 2 ? ", in the order of \(columns(of: match)[match.groupedBy])" : ""
      add("each new \(atom(match))", "what the last round added\(grouping)", place: place, isLoop: true)
      return
    }
    let matches = rows(of: match)
    let reason = reason(for: match, matches: matches)
    multiply(by: matches)
    add("each \(atom(match))", reason, place: place, isLoop: true)
  }

  /// The rows expected of a join for each before it.
  private func rows(of match: Match) -> Double {
    guard let column = listedColumn(of: match) else { return statistics.matches(match, bound: bound) }
    return statistics.distinct(PredicateID(match.relation.index), column)
  }

  /// The one column that a match names, when it is listed without repeats.
  private func listedColumn(of match: Match) -> Int? {
    let named = match.columns.indices.filter { match.columns[$0] != .ignored }
    guard named.count == 1, match.columns.count > 1, case .bind = match.columns[named[0]] else { return nil }
    return named[0]
  }

  private func reason(for match: Match, matches: Double) -> String {
    let known = match.columns.indices.filter { if case .bound = match.columns[$0] { true } else { false } }
    let total = statistics.count(PredicateID(match.relation.index)).tuples
    let isGrowing = statistics.growing.contains(PredicateID(match.relation.index))
    guard !known.isEmpty else {
      let size =
        listedColumn(of: match).map { column in
          "the \(matches.figure) \(matches == 1 ? "value" : "values") of \(columns(of: match)[column])"
        } ?? total
      if !lines.isEmpty { return "product: \(size) for each" }
      return scanReason(match, total: isGrowing ? "what there is so far" : size)
    }
    let key = known.map { columns(of: match)[$0] }.joined(separator: ", ")
    let figures = isGrowing ? "as many as there are so far" : "\(matches.figure) of \(total)"
    if match.uses.isEmpty { return "look-up of \(key): \(figures) expected" }
    return "\(access(match)) by \(key): \(figures) for each"
  }

  private func scanReason(_ match: Match, total: String) -> String {
    var reason = "scan of \(total)"
    if case .build(_, .register(let row)?, _, _) = sink, match.binds.contains(row) {
      return reason + ", in the order of \(texts.name(row))"
    }
    let sizes = rule.body.compactMap { literal in
      if case .atom(let atom, false) = literal { statistics.count(atom.predicate) } else { nil }
    }
    let own = statistics.count(PredicateID(match.relation.index))
    if sizes.count > 1, sizes.allSatisfy({ $0 >= own }) { reason += ", the fewest of the body" }
    return reason
  }

  /// What finds the tuples: see `MatchBuilder`.
  private func access(_ match: Match) -> String {
    guard match.columns.count > 2 else { return "rows" }
    let isSettled = !statistics.growing.contains(PredicateID(match.relation.index))
    return isSettled && match.columns.count(where: { $0 != .ignored }) <= 2 ? "rows of a projection" : "index"
  }

  private func size(of leaves: [Leaf]) -> Double {
    var sizes = leaves.map { size(of: $0) }.sorted { $0.words < $1.words }
    guard !sizes.isEmpty else { return 0 }
    return sizes.removeFirst().words * sizes.reduce(1) { $0 * min(1, $1.words / max(1, $1.distinct)) }
  }

  /// The words expected in a leaf, and how many there are in its column.
  private func size(of leaf: Leaf) -> (words: Double, distinct: Double) {
    guard case .row(let relation, let key, let keyColumn, let leafColumn) = leaf else { return (1, 1) }
    let predicate = PredicateID(relation.index)
    let words = key == nil ? statistics.count(predicate) : statistics.matches(predicate, [keyColumn])
    return (words, statistics.distinct(predicate, leafColumn))
  }

  // MARK: The end

  /// The last round's additions as the outermost loop, a leaf at a time.
  private mutating func outlineRuns(_ relation: RelationID, key: Int?, swapped: Bool) {
    expected = nil
    let leaf = lastOfHead
    guard let key else { return add("all new \(names.atom(relation, [leaf]))", "as one set", place: nil, isLoop: true) }
    let columns = swapped ? [leaf, texts.name(key)] : [texts.name(key), leaf]
    let text = "each \(texts.name(key)) with new \(names.atom(relation, columns))"
    add(text, "what the last round added, all \(leaf) at once", place: nil, isLoop: true)
    bound.insert(key)
  }

  private mutating func outlineSink(place: Int) {
    switch sink {
    case .insert(let relation, let operands, let areDistinct):
      let text = "add \(names.atom(relation, columns(operands, of: relation)))"
      add(text, areDistinct ? "as it comes: no tuple comes twice" : insertionReason(operands), place: place)
    case .group(let relation, _, let group, _):
      let by = group.registers.sorted().map(texts.name).joined(separator: ", ")
      add("add to a group of \(names.name(relation))", by.isEmpty ? "there is one" : "by (\(by))", place: place)
    case .improve(let relation, let operands, let valueColumn, let isMaximum):
      let text = "keep \(names.atom(relation, columns(operands, of: relation)))"
      let value = columns(operands, of: relation)[valueColumn]
      add(text, "improve: the \(isMaximum ? "greatest" : "least") \(value) of each group", place: place)
    case .unite(let relation, let row, let leaf):
      let row = row.map { columns([$0], of: relation)[0] }
      outlineLeaves(relation, row, leaf, "leaf union: whole sets of \(lastOfHead)", place: place)
    case .build(let relation, let row, let leaf, let filters):
      let row = row.map { columns([$0], of: relation)[0] }
      var reason = "row build: "
      reason += row.map { "the outermost loop goes by \($0), the head's first column" } ?? "one row"
      if !filters.isEmpty { reason += "; only if \(filters.map { text(of: $0, row) }.joined(separator: " and "))" }
      outlineLeaves(relation, row, leaf, reason, place: place)
    }
  }

  private mutating func outlineLeaves(
    _ relation: RelationID,
    _ row: String?,
    _ leaf: Leaf,
    _ reason: String,
    place: Int
  ) {
    let tuple = names.atom(relation, (row.map { [$0] } ?? []) + [lastOfHead])
    guard case .row = leaf else { return add("add \(tuple)", reason, place: place) }
    multiply(by: size(of: leaf).words)
    add("add \(tuple) for all \(lastOfHead) in \(atom(leaf, lastOfHead))", reason, place: place)
  }

  private func insertionReason(_ operands: [Operand]) -> String {
    if operands.count > 2 { return "tuple by tuple: \(operands.count) columns" }
    guard case .register(let last)? = operands.last else { return "tuple by tuple" }
    let holders = rule.body.count { literal in
      if case .atom(let atom, false) = literal { atom.arguments.contains(.variable(VariableID(last))) } else { false }
    }
    let name = texts.name(last)
    return holders == 1 ? "tuple by tuple" : "tuple by tuple: \(name) is in \(holders == 0 ? "no" : "\(holders)") atoms"
  }

  private func text(of filter: LeafFilter, _ row: String?) -> String {
    switch filter {
    case .compareToRow(let comparison, _): "\(lastOfHead) \(comparison.symbol) \(row ?? "_")"
    case .absentFromRow(let relation): "not \(names.atom(relation, [row ?? "_", lastOfHead]))"
    case .absentFromSet(let relation): "not \(names.atom(relation, [lastOfHead]))"
    }
  }

  // MARK: Texts

  /// The head's last column, which whole leaves are added to. The tuples for a head with aggregates end with what the last
  /// of these is over.
  private var lastOfHead: String {
    var terms: [Term] = []
    var aggregated: [Term] = []
    for argument in rule.head.arguments {
      switch argument {
      case .term(let term): terms.append(term)
      case .aggregate(_, let own), .measure(_, 0, let own): aggregated += own
      case .measure: break
      }
    }
    return (terms + aggregated).last.map(texts.text) ?? "_"
  }

  private func tuple(_ registers: [Int]) -> String {
    let names = registers.map(texts.name)
    return names.count == 1 ? names[0] : "(\(names.joined(separator: ", ")))"
  }

  private func types(_ relation: RelationID) -> [WordType] { statistics.evaluation.relations[relation.index].types }

  private func columns(of match: Match) -> [String] {
    zip(match.columns, types(match.relation)).map { texts.text(of: $0, $1) }
  }

  /// Operands that stand for the first columns of a relation.
  private func columns(_ operands: [Operand], of relation: RelationID) -> [String] {
    zip(operands, types(relation)).map { texts.text(of: $0, $1) }
  }

  private func atom(_ match: Match) -> String { names.atom(match.relation, columns(of: match)) }

  /// A leaf as the atom that it comes from.
  private func atom(_ leaf: Leaf, _ word: String) -> String {
    switch leaf {
    case .row(let relation, let key, let keyColumn, let leafColumn):
      let types = types(relation)
      var columns = Array(repeating: "_", count: types.count)
      columns[leafColumn] = word
      if let key { columns[keyColumn] = texts.text(of: key, types[keyColumn]) }
      return names.atom(relation, columns)
    case .deltaRun(let relation, _, _): return "new \(names.name(relation))"
    }
  }
}
