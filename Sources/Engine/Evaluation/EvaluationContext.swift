#if canImport(Glibc)
  import Glibc
#endif

/// Bounds of one evaluation; `nil` lifts one.
public struct EvaluationLimits: Hashable, Sendable {
  public var time: Duration?
  /// Tuples derived, repeats not counted.
  public var tupleCount: Int?
  public var byteCount: Int?

  public init(time: Duration?, tupleCount: Int?, byteCount: Int?) {
    self.time = time
    self.tupleCount = tupleCount
    self.byteCount = byteCount
  }

  public static let none = EvaluationLimits(time: nil, tupleCount: nil, byteCount: nil)
}

/// Why an evaluation ended early. `rule` is the number that the plan gave the rule that was running.
public enum EvaluationError: Error, Hashable, Sendable {
  case interrupted(rule: Int?, tupleCount: Int)
  case outOfTime(rule: Int?, tupleCount: Int)
  case tooManyTuples(rule: Int?, tupleCount: Int)
  case outOfMemory(rule: Int?, tupleCount: Int, byteCount: Int)
  /// `values` are the variables of the expression and what they were.
  case overflow(rule: Int, values: [NamedValue])
  case divisionByZero(rule: Int, values: [NamedValue])

  public struct NamedValue: Hashable, Sendable {
    public let register: Int
    public let text: String

    public init(register: Int, text: String) {
      self.register = register
      self.text = text
    }
  }
}

/// What one evaluation shares: the dictionaries, the budget and the question whether to stop.
public final class EvaluationContext {
  public private(set) var values: Values
  public let account: MemoryAccount
  /// Distinct argument tuples for which a function had no value, by rule.
  public private(set) var missingValues: [Int: Int] = [:]
  public private(set) var derivedCount = 0
  /// Tuples that reached a sink; of whole leaves, their words.
  private(set) var attemptedCount = 0
  @exclusivity(unchecked) var currentRule: Int?
  private let limits: EvaluationLimits
  private let deadline: Int64?
  private var valuesAtStart: Int
  private let isCancelled: () -> Bool
  @exclusivity(unchecked) var scratch: ScratchBitmap

  /// - Parameter isCancelled: asked once a batch; must be cheap and safe to call from this thread.
  public init(
    values: Values,
    account: MemoryAccount = MemoryAccount(),
    limits: EvaluationLimits = .none,
    isCancelled: @escaping () -> Bool = { false }
  ) {
    self.values = values
    self.account = account
    self.limits = limits
    self.isCancelled = isCancelled
    valuesAtStart = values.byteCount
    deadline = limits.time.map { EvaluationContext.now() + EvaluationContext.nanoseconds($0) }
    scratch = ScratchBitmap(domain: 4096, account: account)
  }

  /// Reads words by other dictionaries from now on, in which those of all relations on this context mean the same.
  public func adopt(_ values: Values) {
    self.values = values
    valuesAtStart = values.byteCount
  }

  /// One on the same dictionaries and account, and within the same limits, that has derived nothing yet; with
  /// `tupleCount` it ends with `tooManyTuples` once it has derived more than so many.
  public func renewed(tupleCount: Int? = nil) -> EvaluationContext {
    EvaluationContext(within: self, tupleCount: tupleCount ?? limits.tupleCount)
  }

  private init(within other: EvaluationContext, tupleCount: Int?) {
    values = other.values
    account = other.account
    isCancelled = other.isCancelled
    valuesAtStart = other.valuesAtStart
    deadline = other.deadline
    limits = EvaluationLimits(time: other.limits.time, tupleCount: tupleCount, byteCount: other.limits.byteCount)
    scratch = ScratchBitmap(domain: 4096, account: other.account)
  }

  private static func nanoseconds(_ duration: Duration) -> Int64 {
    let (seconds, attoseconds) = duration.components
    let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    // More than a century is forever, and leaves room to add the present.
    return overflow || whole > Int64.max / 2 ? Int64.max / 2 : whole + attoseconds / 1_000_000_000
  }

  private static func now() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC_COARSE, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }

  /// Ends the evaluation when it was cancelled or a budget has run out; called once a batch, row or run.
  @inline(__always)
  func poll(derived: Int = 0, attempted: Int = 0) throws(EvaluationError) {
    derivedCount &+= derived
    attemptedCount &+= attempted
    try check()
  }

  /// What the evaluation holds: relations, batches, and what the dictionaries have gained.
  private var byteCount: Int { account.byteCount + values.byteCount - valuesAtStart }

  @inline(never)
  private func check() throws(EvaluationError) {
    if isCancelled() { throw .interrupted(rule: currentRule, tupleCount: derivedCount) }
    if let most = limits.tupleCount, derivedCount > most {
      throw .tooManyTuples(rule: currentRule, tupleCount: derivedCount)
    }
    if let most = limits.byteCount, byteCount > most {
      throw .outOfMemory(rule: currentRule, tupleCount: derivedCount, byteCount: byteCount)
    }
    if let deadline, EvaluationContext.now() > deadline {
      throw .outOfTime(rule: currentRule, tupleCount: derivedCount)
    }
  }

  /// Whether the next `poll` will end the evaluation, as far as time and cancellation go.
  var shouldStop: Bool {
    if isCancelled() { return true }
    if let deadline { return EvaluationContext.now() > deadline }
    return false
  }

  func noteMissing(rule: Int, count: Int) {
    missingValues[rule, default: 0] += count
  }

  /// The number of ids of a type's dictionary.
  func domain(of type: WordType) -> Int {
    switch type {
    case .symbol: values.symbols.count
    case .number: values.numbers.count
    case .float: values.floats.count
    case .date: values.dates.count
    }
  }

  /// Unmarks everything, after an error.
  func clearScratch() {
    var marked = Vector<Word>(account: account)
    scratch.view.drain(into: &marked)
  }

  /// Room for all ids that there are now.
  func ensureScratch(for domain: Int) {
    scratch.ensureDomain(domain)
  }
}
