internal import Datalog
public import Engine

/// What a run is given besides its texts. Nothing is taken from the surroundings.
public struct RunOptions {
  /// Where `.input` looks, when it names no file.
  public var factsFolder: String?
  /// Where `.output` writes; `nil` is the caller's output.
  public var outputFolder: String?
  /// Which files the texts may name.
  public var fileAccess = FileAccess.belowFolders
  public var limits: EvaluationLimits
  /// On how many threads an evaluation may do large work; one, unless it is told.
  public private(set) var parallelism = Parallelism.none
  /// Whether the process ends with the run: nothing is kept for later questions, and memory is not given back piece by
  /// piece, which takes longer than the end of a process.
  public var endsProcess = false
  /// Asked once a batch, on the thread that runs.
  public var isCancelled: () -> Bool = { false }
  /// Told now and then how far an evaluation has come that takes long.
  public var watch: ((Progress) -> Void)?
  /// Whether answers to questions come with what their rows rest on.
  public var tellsSources = false
  /// Whether it is looked for what answers leave out.
  public var tellsLeftOut = false
  /// Predicates whose facts are left out, as if there were none.
  public var withheld: Set<String> = []
  /// Takes how a run comes by its answers.
  public var explanation: Explanation?
  var parameters: [String: Constant] = [:]
  var today: PartialDate

  /// - Parameter today: the day that `today()` is; it must exist.
  public init(limits: EvaluationLimits = .none, today: (year: Int, month: Int, day: Int)) {
    guard let day = PartialDate(year: today.year, month: today.month, day: today.day) else {
      preconditionFailure("there is no such day in the years 0001 to 9999")
    }
    self.limits = limits
    self.today = day
  }

  /// Gives `$name` a value from `name=value`: a literal of the language or, when it is none, the text as a symbol.
  ///
  /// - Returns: false when there is no name before an equals sign.
  public mutating func setParameter(_ text: String) -> Bool {
    guard let equals = text.firstIndex(of: "="), equals != text.startIndex else { return false }
    parameters[String(text[..<equals])] = Constant(parameter: String(text[text.index(after: equals)...]))
    return true
  }

  /// Sets a bound from `name=value`: `time=10m`, `tuples=1000000`, `memory=8G`, `none` lifts it.
  public mutating func setLimit(_ text: String) -> Bool {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    return parts.count == 2 && limits.set(String(parts[0]), String(parts[1]))
  }

  /// The bounds as `setLimit` takes them.
  public var limitTexts: [String] { limits.texts }

  /// Throws once the user wants an end.
  func checkCancellation() throws(KnowledgeBaseError) {
    if isCancelled() { throw .stopped(Findings([], in: []), isInterruption: true) }
  }

  /// The parameters by name, with their values as the language writes them.
  public var parameterTexts: [(name: String, value: String)] {
    parameters.sorted { $0.key < $1.key }.map { ($0.key, $0.value.literalText) }
  }

  /// Sets how many threads may evaluate: as many, or the most that there can be.
  ///
  /// - Returns: false when there would be none.
  public mutating func setThreads(_ count: Int) -> Bool {
    if count > 0 { parallelism = Parallelism(threadCount: count) }
    return count > 0
  }

  /// Sets the day that `today()` is.
  public mutating func setToday(_ text: String) -> Bool {
    guard case .date(let day) = Constant(parameter: text), day.day != nil else { return false }
    today = day
    return true
  }
}

extension Constant {
  /// A parameter's value: what the text is as the one argument of a fact, else a symbol.
  init(parameter text: String) {
    let reader = ParameterReader()
    var diagnostics: [Diagnostic] = []
    let tree = SyntaxTree(
      parsing: SourceText(name: "", text: "p(\(text))."),
      as: SourceID(0),
      dialect: .file,
      into: reader,
      diagnostics: &diagnostics
    )
    let isOneFact = diagnostics.isEmpty && tree.clauses.isEmpty && reader.constants.count == 1
    self = isOneFact ? reader.constants[0] : .symbol(Symbol(text))
  }
}

/// Takes the facts that a parameter's text was read as.
private final class ParameterReader: FactSink {
  var constants: [Constant] = []

  func receive(
    summary: Int,
    predicate: String,
    arguments: UnsafeBufferPointer<FactArgument>,
    sources: SourceSetID
  ) {
    for argument in arguments {
      switch argument.kind {
      case .symbol: constants.append(.symbol(Symbol(utf8: argument.text)))
      case .number, .year: constants.append(.number(Int64(bitPattern: argument.bits)))
      case .float: constants.append(.float(Double(bitPattern: argument.bits)))
      case .date:
        guard let date = PartialDate(key: Int32(truncatingIfNeeded: argument.bits)) else { continue }
        constants.append(.date(date))
      }
    }
  }
}
