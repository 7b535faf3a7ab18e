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
  @exclusivity(unchecked) public private(set) var derivedCount = 0
  /// Tuples that reached a sink; of whole leaves, their words.
  @exclusivity(unchecked) private(set) var attemptedCount = 0
  /// What the plan calls the rule that is running.
  @exclusivity(unchecked) public internal(set) var currentRule: Int?
  /// Of the recursion that is running, from 1.
  @exclusivity(unchecked) public internal(set) var currentRound: Int?
  private let limits: EvaluationLimits
  private let deadline: Int64?
  /// When the time that is bounded began, by the monotonic clock, in nanoseconds.
  public let start: Int64
  /// What else the evaluation holds, which counts as memory.
  public var heldByteCount: Int
  /// The most that was held when a limit was looked at.
  @exclusivity(unchecked) package private(set) var peakByteCount = 0
  private let isCancelled: () -> Bool
  let parallelism: Parallelism
  let forms: StorageForms
  /// What this context's thread shares with others at the moment.
  @exclusivity(unchecked) private var sharedWork: SharedWork?
  /// What ends the evaluation, found where nothing could be thrown.
  @exclusivity(unchecked) private var stop: EvaluationError?
  /// Tuples that the shared work knows of, and polls since it was told.
  @exclusivity(unchecked) private var toldCount = 0
  @exclusivity(unchecked) private var pollCount = 0
  /// Whether the part of the work that is being ended is to be done again.
  private(set) var hasGivenBack = false
  @exclusivity(unchecked) var scratch: ScratchBitmap

  /// - Parameters:
  ///   - heldByteCount: what else the evaluation holds, which counts as memory.
  ///   - start: of another context, when the time began with that; now unless given.
  ///   - isCancelled: asked once a batch, on this thread; must be cheap.
  public init(
    values: Values,
    account: MemoryAccount = MemoryAccount(),
    limits: EvaluationLimits = .none,
    heldByteCount: Int = 0,
    parallelism: Parallelism = .none,
    forms: StorageForms = StorageForms(),
    start: Int64? = nil,
    isCancelled: @escaping () -> Bool = { false }
  ) {
    let start = start ?? EvaluationContext.now()
    self.start = start
    self.values = values
    self.account = account
    self.limits = limits
    self.parallelism = parallelism
    self.forms = forms
    self.isCancelled = isCancelled
    self.heldByteCount = heldByteCount
    deadline = limits.time.map { start + EvaluationContext.nanoseconds($0) }
    scratch = ScratchBitmap(domain: 4096, account: account)
    supervise()
  }

  /// The context of one more thread that takes part in work; what it counts is to be added to the other's.
  init(helping other: EvaluationContext) {
    values = other.values
    account = MemoryAccount(sharing: other.account)
    limits = other.limits
    deadline = other.deadline
    start = other.start
    heldByteCount = other.heldByteCount
    currentRule = other.currentRule
    parallelism = .none
    forms = other.forms
    // The other's thread asks for all.
    isCancelled = { false }
    scratch = ScratchBitmap(domain: other.scratch.domain, account: account)
    supervise()
  }

  /// Reads words by other dictionaries from now on, in which those of all relations on this context mean the same.
  public func adopt(_ values: Values) {
    self.values = values
  }

  /// One on the same dictionaries and account, and within the same limits, that has derived nothing yet; with
  /// `tupleCount` it ends with `tooManyTuples` once it has derived more than so many.
  ///
  /// - Parameter time: how long it may last from now on, if that is less than what is left.
  public func renewed(tupleCount: Int? = nil, time: Duration? = nil) -> EvaluationContext {
    EvaluationContext(within: self, tupleCount: tupleCount ?? limits.tupleCount, time: time)
  }

  private init(within other: EvaluationContext, tupleCount: Int?, time: Duration?) {
    values = other.values
    account = other.account
    isCancelled = other.isCancelled
    heldByteCount = other.heldByteCount
    parallelism = other.parallelism
    forms = other.forms
    let own = time.map { EvaluationContext.now() + EvaluationContext.nanoseconds($0) }
    deadline = [other.deadline, own].compactMap(\.self).min()
    start = other.start
    limits = EvaluationLimits(time: other.limits.time, tupleCount: tupleCount, byteCount: other.limits.byteCount)
    scratch = ScratchBitmap(domain: 4096, account: other.account)
    supervise()
  }

  /// From now on long work on the account asks this context whether to end.
  public func supervise() {
    account.isOver = { [weak self] in self?.shouldStop ?? false }
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
  package func poll(derived: Int = 0, attempted: Int = 0) throws(EvaluationError) {
    derivedCount &+= derived
    attemptedCount &+= attempted
    try check()
  }

  /// What the evaluation holds: facts, dictionaries, relations and batches.
  private var byteCount: Int { account.byteCount + values.byteCount + heldByteCount }

  @inline(never)
  private func check() throws(EvaluationError) {
    if let stop {
      self.stop = nil
      throw stop
    }
    guard let sharedWork else { return try checkLimits(derivedCount: derivedCount) }
    if sharedWork.isEnded { throw .interrupted(rule: currentRule, tupleCount: derivedCount) }
    pollCount += 1
    let derived = derivedCount - toldCount
    if derived < EvaluationContext.untoldTuples, pollCount < EvaluationContext.untoldPolls { return }
    pollCount = 0
    toldCount = derivedCount
    try checkLimits(derivedCount: sharedWork.derived(derived))
  }

  /// Chosen: a thread tells others of its progress so seldom that they do not wait for each other's counters.
  private static let (untoldTuples, untoldPolls) = (1024, 16)

  /// - Parameter derivedCount: by all threads.
  func checkLimits(derivedCount: Int) throws(EvaluationError) {
    if isCancelled() { throw .interrupted(rule: currentRule, tupleCount: derivedCount) }
    if let most = limits.tupleCount, derivedCount > most {
      throw .tooManyTuples(rule: currentRule, tupleCount: derivedCount)
    }
    let byteCount = byteCount
    if byteCount > peakByteCount { peakByteCount = byteCount }
    if let most = limits.byteCount, byteCount > most {
      throw .outOfMemory(rule: currentRule, tupleCount: derivedCount, byteCount: byteCount)
    }
    if let deadline, EvaluationContext.now() > deadline {
      throw .outOfTime(rule: currentRule, tupleCount: derivedCount)
    }
  }

  func beginSharing(_ work: SharedWork) {
    sharedWork = work
    toldCount = derivedCount
    pollCount = 0
  }

  func endSharing() {
    sharedWork = nil
  }

  /// Whether other threads are at work, so that dictionaries may not grow.
  var isSharing: Bool { sharedWork != nil }

  /// Ends the part of the work that this thread is at, if there are other threads: it is to be done without them.
  func giveBack() throws(EvaluationError) {
    guard isSharing else { return }
    hasGivenBack = true
    throw .interrupted(rule: currentRule, tupleCount: derivedCount)
  }

  /// Goes on after a part that was given back, which counts for nothing.
  func resume(_ counts: (derived: Int, attempted: Int)) {
    (derivedCount, attemptedCount) = counts
    toldCount = min(toldCount, derivedCount)
    hasGivenBack = false
  }

  /// Takes over what another thread's context has counted.
  func add(_ helper: EvaluationContext) {
    derivedCount += helper.derivedCount
    attemptedCount += helper.attemptedCount
  }

  /// Whether the next `poll` will end the evaluation.
  package var shouldStop: Bool {
    if stop != nil { return true }
    do throws(EvaluationError) {
      if let sharedWork, sharedWork.isEnded { throw .interrupted(rule: currentRule, tupleCount: derivedCount) }
      try checkLimits(derivedCount: derivedCount)
      return false
    } catch {
      stop = error
      return true
    }
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
    scratch.drain(into: &marked)
  }

  /// Room for all ids that there are now.
  func ensureScratch(for domain: Int) {
    scratch.ensureDomain(domain)
  }
}
