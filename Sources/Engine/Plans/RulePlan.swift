/// How one rule is evaluated: steps that widen and narrow batches of bindings, and a sink that takes what is left.
///
/// Registers are numbered by rule; each holds words of one type.
public struct RulePlan: Sendable {
  /// Named in errors and warnings.
  public var rule: Int
  /// In the program that was planned, to which a demand may have added it.
  public var number: Int
  public var registerCount: Int
  public var steps: [Step]
  public var sink: Sink

  public init(rule: Int, number: Int, registerCount: Int, steps: [Step], sink: Sink) {
    self.rule = rule
    self.number = number
    self.registerCount = registerCount
    self.steps = steps
    self.sink = sink
  }
}

/// An index into the relations of an evaluation.
public struct RelationID: Hashable, Sendable {
  public let index: Int

  public init(_ index: Int) {
    self.index = index
  }
}

/// A word known before the step: a register's, or the same for all rows.
public enum Operand: Hashable, Sendable {
  case register(Int)
  case constant(Word)
}

public indirect enum Step: Sendable {
  /// Joins with a relation.
  case match(Match)
  /// Keeps the rows for which the relation has no (`isNegated`) or some tuple.
  case require(Match, isNegated: Bool)
  /// Binds a register to each word that all of the leaves have.
  case intersect(Int, [Leaf])
  /// Keeps the rows whose leaves have a word in common.
  case requireCommon([Leaf])
  /// Keeps the rows for which further steps have a solution.
  case requireSolution(SolutionPlan)
  /// Keeps the rows that satisfy the condition. Rows for which a function has no value go to `whenMissing`, whose end
  /// counts them (or, for overflow and division by zero, stops); `nil` drops them.
  case filter(ScalarCondition, whenMissing: [Step]?)
  /// Binds a register to a value.
  case compute(Int, ScalarExpression, whenMissing: [Step]?)
  /// Binds a register to each element of a sequence.
  case generate(Int, SequenceGenerator, [ScalarExpression], whenMissing: [Step]?)
  /// Binds a register to an aggregate over the solutions of other steps.
  case aggregate(AggregatePlan)
  /// Drops rows that repeat the register's word; all other registers are constant or dead.
  case distinct(Int, WordType)
}

/// An atom with what is known of each column when it is reached.
public struct Match: Sendable {
  public enum Source: Hashable, Sendable {
    case all
    /// What the last round added.
    case delta
  }

  public enum Column: Hashable, Sendable {
    case bound(Operand)
    case bind(Int)
    case ignored
  }

  public var relation: RelationID
  public var source: Source
  public var columns: [Column]
  /// For scans of two columns: rows come grouped by this column.
  public var groupedBy: Int

  public init(relation: RelationID, source: Source = .all, columns: [Column], groupedBy: Int = 0) {
    self.relation = relation
    self.source = source
    self.columns = columns
    self.groupedBy = groupedBy
  }
}

/// Steps of which only the number of solutions matters, for each distinct tuple of some registers.
public struct SolutionPlan: Sendable {
  /// Registers that the steps start from; the others that they bind are their own.
  public var groups: [Int]
  public var steps: [Step]
  /// What each row after the steps counts.
  public var factors: [FactorPlan]

  public init(groups: [Int], steps: [Step], factors: [FactorPlan]) {
    self.groups = groups
    self.steps = steps
    self.factors = factors
  }
}

/// A number of solutions that multiplies others.
public enum FactorPlan: Sendable {
  /// The tuples of a relation.
  case tuples(RelationID)
  /// The words of a leaf.
  case words(Leaf)
  /// The words that leaves have in common.
  case common([Leaf])
  case solutions(SolutionPlan)
}

/// Where the bindings of a rule end.
public enum Sink: Sendable {
  /// Inserts a tuple for each row; with `areDistinct` the relation is empty and no two rows give the same.
  case insert(RelationID, [Operand], areDistinct: Bool)
  /// Gives each row to a group of the head that has the place in the stratum: what it is grouped by, and the arguments of
  /// each aggregate.
  case group(RelationID, place: Int, by: [Operand], arguments: [[Operand]])
  /// Adds a whole leaf to the head's row: the head's last column is the leaf's.
  case unite(RelationID, row: Operand?, Leaf)
  /// The same for a head whose rows come one after the other: each is gathered in a bitmap and written once.
  case build(RelationID, row: Operand?, Leaf, [LeafFilter])
  /// Keeps the best value for each tuple of the other columns.
  case improve(RelationID, [Operand], valueColumn: Int, isMaximum: Bool)
}

/// A set of words of one relation: the row of a key, or what the last round added to it.
public enum Leaf: Hashable, Sendable {
  /// The words of `leafColumn` beside `key` in `keyColumn`; all words of a relation of one column when there is no key.
  case row(RelationID, key: Operand?, keyColumn: Int, leafColumn: Int)
  /// The runs of the last round's additions, the rule's outermost loop; each binds `key` to its key.
  case deltaRun(RelationID, key: Int?, swapped: Bool)
}

/// What a word of a leaf has to satisfy beside the row's key.
public enum LeafFilter: Sendable {
  /// Compares the word with the row's key; both of `type`.
  case compareToRow(ScalarComparison, WordType)
  /// Not in the relation's row of the row's key.
  case absentFromRow(RelationID)
  /// Not in the relation of one column.
  case absentFromSet(RelationID)
}

/// `result = function value : { alternatives }`.
public struct AggregatePlan: Sendable {
  public enum Function: Sendable {
    case count, sum, minimum, maximum, mean, list
  }

  public struct Alternative: Sendable {
    /// Start from one row for each distinct tuple of the groups.
    public var steps: [Step]
    /// All registers that tell one solution from another.
    public var solution: [Int]
    /// How many solutions each row after the steps stands for.
    public var factors: [FactorPlan]

    public init(steps: [Step], solution: [Int], factors: [FactorPlan] = []) {
      self.steps = steps
      self.solution = solution
      self.factors = factors
    }
  }

  public var function: Function
  /// What is aggregated; `nil` for plain `count`.
  public var value: ScalarExpression?
  public var valueType: WordType
  public var alternatives: [Alternative]
  /// Whether a solution may come twice: from two alternatives, or from a sequence with equal elements.
  public var mayRepeat: Bool
  public var groups: [Int]
  public var result: Int
  public var resultType: WordType

  public init(
    function: Function,
    value: ScalarExpression?,
    valueType: WordType,
    alternatives: [Alternative],
    mayRepeat: Bool,
    groups: [Int],
    result: Int,
    resultType: WordType
  ) {
    self.function = function
    self.value = value
    self.valueType = valueType
    self.alternatives = alternatives
    self.mayRepeat = mayRepeat
    self.groups = groups
    self.result = result
    self.resultType = resultType
  }
}

/// How a set of mutually dependent relations is evaluated.
public enum StratumPlan: Sendable {
  /// Each rule once.
  case once([RulePlan])
  case rounds(Rounds)
  /// `initial` fills the base of the closure, which is then taken one row at a time.
  case rowFixpoint(RowFixpoint, initial: [RulePlan])
  /// `initial` gives rows to the groups of heads with aggregates, or fills the relations that they are made of.
  case grouped([GroupedHead], measured: [MeasuredHead], initial: [RulePlan])

  /// First each of `initial`, then rounds of `variants`, each of which reads the last round's additions of one atom.
  public struct Rounds: Sendable {
    public var relations: [RelationID]
    /// Relations that keep a minimum or maximum.
    public var best: [RelationID: Best]
    public var initial: [RulePlan]
    public var variants: [RulePlan]
    /// A column of all the relations that every variant leaves as it is.
    public var keptColumn: Int?
    /// The relations whose additions are read by the second column.
    let keptSwapped: Set<RelationID>

    public init(
      relations: [RelationID],
      best: [RelationID: Best],
      initial: [RulePlan],
      variants: [RulePlan],
      keptColumn: Int?
    ) {
      self.relations = relations
      self.best = best
      self.initial = initial
      self.variants = variants
      self.keptColumn = keptColumn
      keptSwapped = Set(variants.flatMap(\.swappedDeltas))
    }
  }

  /// head(x, z) is what can be reached from base(x, …) by `edges`; the other way round when swapped.
  public struct RowFixpoint: Hashable, Sendable {
    public var head: RelationID
    public var base: RelationID
    public var edges: [Edge]
    public var isSwapped: Bool
    /// Whether a closure is taken by its components.
    public var usesComponents: Bool
    /// A recursive rule, for messages.
    public var rule: Int

    public init(
      head: RelationID,
      base: RelationID,
      edges: [Edge],
      isSwapped: Bool,
      usesComponents: Bool,
      rule: Int
    ) {
      self.head = head
      self.base = base
      self.edges = edges
      self.isSwapped = isSwapped
      self.usesComponents = usesComponents
      self.rule = rule
    }
  }

  /// A relation as steps from one of its columns to another.
  public struct Edge: Hashable, Sendable {
    public var relation: RelationID
    public var from: Int
    public var to: Int

    public init(relation: RelationID, from: Int, to: Int) {
      self.relation = relation
      self.from = from
      self.to = to
    }
  }

  public struct Best: Hashable, Sendable {
    public var valueColumn: Int
    public var isMaximum: Bool

    public init(valueColumn: Int, isMaximum: Bool) {
      self.valueColumn = valueColumn
      self.isMaximum = isMaximum
    }
  }
}

/// A head with aggregates.
public struct GroupedHead: Sendable {
  public enum Column: Sendable {
    /// One of those that rows are grouped by, by its place among them.
    case group(Int)
    /// By its place in `aggregates`.
    case aggregate(Int)
  }

  /// An aggregate over the distinct tuples of the group and its arguments, the first of which is the value.
  public struct Aggregate: Sendable {
    public var function: AggregatePlan.Function
    /// Of the arguments.
    public var types: [WordType]
    /// Whether rows may repeat another one as far as this aggregate is concerned, and that counts.
    public var dropsRepeats: Bool

    public init(function: AggregatePlan.Function, types: [WordType], dropsRepeats: Bool) {
      self.function = function
      self.types = types
      self.dropsRepeats = dropsRepeats
    }
  }

  public var rule: Int
  public var head: RelationID
  public var groupCount: Int
  public var aggregates: [Aggregate]
  public var columns: [Column]
  /// Groups the tuples of a relation that other plans have filled, so that they are distinct; `nil` when the rows of a
  /// rule are grouped as they come.
  public var tuples: RulePlan?

  public init(
    rule: Int,
    head: RelationID,
    groupCount: Int,
    aggregates: [Aggregate],
    columns: [Column],
    tuples: RulePlan? = nil
  ) {
    self.rule = rule
    self.head = head
    self.groupCount = groupCount
    self.aggregates = aggregates
    self.columns = columns
    self.tuples = tuples
  }
}

/// A head with a measure of the graphs whose arcs a relation holds.
public struct MeasuredHead: Sendable {
  public enum Column: Sendable {
    /// One of those that arcs are grouped by, by its place among them.
    case group(Int)
    /// One of the values that the measure gives, by its place among them.
    case value(Int)
  }

  public var rule: Int
  public var head: RelationID
  public var measure: GraphMeasure
  public var columns: [Column]
  /// Has for each arc the columns that arcs are grouped by, then its two ends.
  public var arcs: RelationID

  public init(rule: Int, head: RelationID, measure: GraphMeasure, columns: [Column], arcs: RelationID) {
    self.rule = rule
    self.head = head
    self.measure = measure
    self.columns = columns
    self.arcs = arcs
  }
}
