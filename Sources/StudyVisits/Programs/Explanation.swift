internal import Datalog
internal import Engine
internal import Planning

/// How a run came by its answers: plans, and what each of their parts took. Given along with `RunOptions`, filled while
/// the run lasts, and readable as far as it came when the run ends early.
///
/// A run that asks for nothing leaves what was recorded before.
public final class Explanation {
  /// Of the last run that asked for something.
  private(set) var record: Record?
  /// Of the run that goes on; becomes `record` with its first request.
  private var current = Record()
  /// Time that phases inside the one at hand have taken.
  private var inner = Duration.zero

  public init() {}

  /// What a run does with its time.
  enum Phase: String, CaseIterable {
    case reading, loading, planning, rules, sorting, output
  }

  /// One run.
  final class Record {
    fileprivate let start = ContinuousClock.now
    fileprivate(set) var total = Duration.zero
    fileprivate(set) var times: [Phase: Duration] = [:]
    fileprivate(set) var requests: [Request] = []
  }

  /// One question, or one output.
  struct Request {
    let title: String
    fileprivate(set) var steps: [Step] = []
    /// Whether it was derived for the constants of a question alone.
    var isDemanded: Bool {
      steps.contains { if case .stratum(let stratum) = $0 { stratum.isAdded } else { false } }
    }
  }

  enum Step {
    case stratum(ExplainedStratum)
    /// Facts of a predicate that were had by the words of one column.
    case selection(predicate: String, column: String)
    /// Predicates that were complete before.
    case kept(predicates: [String])
  }

  // MARK: Recording

  func beginRun() {
    current = Record()
    inner = .zero
  }

  func beginRequest(_ title: String) {
    record = current
    current.requests.append(Request(title: title))
  }

  /// Makes an earlier run the last one: what it gave is given again.
  func recall(_ record: Record?) {
    if let record { self.record = record }
  }

  func endRun() {
    current.total = ContinuousClock.now - current.start
  }

  func add(_ step: Step) {
    guard let last = current.requests.indices.last else { return }
    current.requests[last].steps.append(step)
  }

  /// Does something and adds the time that it takes to a phase, less what phases inside it take.
  func timed<Result, Failure: Error>(
    _ phase: Phase,
    _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let start = ContinuousClock.now
    let outer = inner
    inner = .zero
    defer {
      let whole = ContinuousClock.now - start
      current.times[phase, default: .zero] += whole - inner
      inner = outer + whole
    }
    return try body()
  }
}

extension Explanation? {
  /// Does something, timed when there is an explanation.
  func timed<Result, Failure: Error>(
    _ phase: Explanation.Phase,
    _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    guard let self else { return try body() }
    return try self.timed(phase, body)
  }
}

/// A stratum that was evaluated.
final class ExplainedStratum {
  let outline: PlanOutline
  let profile = StratumProfile()
  /// Whether a demand has added it to the program.
  let isAdded: Bool
  /// By the places of `outline.heads`; empty until the stratum has been run.
  private(set) var storage: [Relation.Storage] = []
  /// By their numbers in the program that was planned.
  private let rules: [Int: RuleText]

  /// A rule on one line, and where it stands.
  struct RuleText: Hashable {
    let text: String
    let place: String

    /// Both, as a terminal can show them.
    var line: String { "\(text)  \(place)".terminalText }
  }

  init(_ outline: PlanOutline, isAdded: Bool, rules: [Int: RuleText]) {
    self.outline = outline
    self.isAdded = isAdded
    self.rules = rules
  }

  /// The text of the rules of a part.
  func rule(of part: PlanOutline.Part) -> RuleText {
    guard let first = part.rules.first.flatMap({ rules[$0] }) else { return RuleText(text: outline.method, place: "") }
    let others = part.rules.count - 1
    return others == 0 ? first : RuleText(text: "\(first.text)  and \(others) more", place: first.place)
  }

  func end(_ relations: [Relation]) {
    storage = relations.map(\.storage)
  }
}

/// What one `ProgramRun` tells an explanation.
struct RunExplanation {
  let explanation: Explanation
  /// How many rules the program has that were written; a demand adds others behind them.
  private let ruleCount: Int
  private let written: (Span) -> (text: String, place: String)

  init(
    _ explanation: Explanation,
    of program: CheckedProgram,
    written: @escaping (Span) -> (text: String, place: String)
  ) {
    self.explanation = explanation
    self.written = written
    ruleCount = program.rules.count
  }

  /// Plans and runs a stratum.
  func run(
    _ stratum: Stratum,
    of program: CheckedProgram,
    with planner: Planner,
    on evaluation: Evaluation
  ) throws(EvaluationError) {
    let plan = explanation.timed(.planning) { planner.plan(stratum) }
    let outline = planner.outline(of: plan, for: stratum)
    var rules: [Int: ExplainedStratum.RuleText] = [:]
    for number in stratum.rules { rules[number] = ruleText(number, of: program) }
    let explained = ExplainedStratum(outline, isAdded: stratum.rules.contains { $0 >= ruleCount }, rules: rules)
    explanation.add(.stratum(explained))
    defer { explained.end(stratum.predicates.map { evaluation.relations[$0.index] }) }
    try explanation.timed(.rules) { () throws(EvaluationError) in
      try evaluation.run(plan, profile: explained.profile)
    }
  }

  private func ruleText(_ number: Int, of program: CheckedProgram) -> ExplainedStratum.RuleText {
    let (text, place) = written(program.rules[number].span)
    // What a demand makes of a question is the question still.
    let isWritten = number < ruleCount || program.predicates[program.rules[number].head.predicate.index].name.isEmpty
    let own = isWritten ? text : program.text(ofRule: number)
    return ExplainedStratum.RuleText(text: own.onOneLine.cutToLine, place: place)
  }
}

extension String {
  /// Blanks and line ends as single spaces.
  var onOneLine: String { split(whereSeparator: \.isWhitespace).joined(separator: " ") }

  /// Cut where a line of a terminal would be full.
  var cutToLine: String { count <= 100 ? self : prefix(99) + "…" }
}
