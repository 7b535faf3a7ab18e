import Datalog
import Engine
import Planning

/// A program with facts of numbers, to be evaluated as often as wanted from the same start.
struct Program {
  let program: CheckedProgram
  private let facts: [String: [[Int64]]]
  private let options: PlannerOptions

  /// - Parameters:
  ///   - text: declarations and rules.
  ///   - facts: columns of numbers by the name of their predicate; all columns of declared predicates are numbers.
  ///   - options: which special forms of evaluation the planner may use.
  init(_ text: String, facts: [String: [[Int64]]], options: PlannerOptions = PlannerOptions()) {
    var diagnostics: [Diagnostic] = []
    let tree = SyntaxTree(text, diagnostics: &diagnostics)
    guard let program = CheckedProgram(tree, diagnostics: &diagnostics) else {
      preconditionFailure("the program is right: \(diagnostics.map(\.message))")
    }
    self.program = program
    self.facts = facts
    self.options = options
  }

  /// An evaluation whose facts are loaded and of which nothing is derived.
  func loaded() -> Run {
    let values = Values()
    let context = EvaluationContext(values: values)
    let relations = program.predicates.map { predicate in
      let relation = Relation(types: predicate.columns.map { _ in WordType.number }, context: context)
      let columns = facts[predicate.name, default: []].map { column in column.map(values.numbers.intern) }
      if let rowCount = columns.first?.count { relation.load(rowCount: rowCount, columns: columns) }
      return relation
    }
    let evaluation = Evaluation(relations: relations, context: context)
    return Run(
      program: program,
      evaluation: evaluation,
      planner: Planner(program, evaluation: evaluation, options: options)
    )
  }

  struct Run {
    let program: CheckedProgram
    let evaluation: Evaluation
    let planner: Planner

    /// Plans and evaluates all strata; returns the number of tuples of the predicate that was declared last.
    func evaluate() -> Int {
      do {
        for stratum in program.strata { try evaluation.run(planner.plan(stratum)) }
      } catch {
        preconditionFailure("the program has no error: \(error)")
      }
      let last = program.predicates.lastIndex { $0.isDeclared }
      guard let last else { preconditionFailure("programs declare what they derive") }
      return evaluation.relations[last].count
    }

    /// Plans all strata on the relations as they are; returns their number.
    func plan() -> Int { program.strata.map(planner.plan).count }
  }
}

extension SyntaxTree {
  /// Parses a program whose plain facts nobody wants.
  init(_ text: String, diagnostics: inout [Diagnostic]) {
    self.init(
      parsing: SourceText(name: "benchmark.dl", text: text),
      as: SourceID(0),
      dialect: .file,
      into: DroppedFacts(),
      diagnostics: &diagnostics
    )
  }
}

extension CheckedProgram {
  /// Checks a program of one text.
  init?(_ tree: SyntaxTree, diagnostics: inout [Diagnostic]) {
    guard let today = PartialDate(year: 2018, month: 6, day: 29) else { preconditionFailure("a date that exists") }
    self.init(checking: [tree], mode: .run, catalogue: Catalogue(today: today), diagnostics: &diagnostics)
  }
}

/// Takes plain facts and keeps none.
private final class DroppedFacts: FactSink {
  func receive(
    summary: Int,
    predicate: String,
    arguments: UnsafeBufferPointer<FactArgument>,
    sources: SourceSetID
  ) {}
}
