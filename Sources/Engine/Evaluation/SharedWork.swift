internal import Synchronization

/// Work in numbered parts, which threads take in turn, and what these know of each other.
final class SharedWork: Sendable {
  private let nextPart: Atomic<Int>
  private let partCount: Int
  /// Tuples that all have derived, those before the work included.
  private let derivedCount: Atomic<Int>
  private let hasFailed = Atomic<Bool>(false)
  private let hasGivenBack = Atomic<Bool>(false)
  private let givenBack = Mutex<[Int]>([])
  private let firstFault = Mutex<EvaluationError?>(nil)

  init(parts: Range<Int>, derivedCount: Int) {
    nextPart = Atomic(parts.lowerBound)
    partCount = parts.upperBound
    self.derivedCount = Atomic(derivedCount)
  }

  /// Whether a thread has failed, so that the others need not go on.
  var isEnded: Bool { hasFailed.load(ordering: .relaxed) }

  /// What ended the work early.
  var fault: EvaluationError? { firstFault.withLock { $0 } }

  /// Ends the work for all; of several faults the first counts.
  func end(with fault: EvaluationError) {
    firstFault.withLock { $0 = $0 ?? fault }
    hasFailed.store(true, ordering: .relaxed)
  }

  /// The parts that threads have given back, in order.
  var returnedParts: [Int] { givenBack.withLock { $0.sorted() } }

  /// The first part that no thread has taken.
  var firstLeft: Int { min(nextPart.load(ordering: .relaxed), partCount) }

  /// Leaves a part to be done when no other thread is at work; no thread takes a further one.
  func giveBack(_ part: Int) {
    givenBack.withLock { $0.append(part) }
    hasGivenBack.store(true, ordering: .relaxed)
  }

  /// Adds to the tuples derived, of which it gives the number.
  func derived(_ count: Int) -> Int {
    derivedCount.wrappingAdd(count, ordering: .relaxed).newValue
  }

  /// Does parts until there are none, or one has been given back.
  func takeParts(_ perform: (Int) throws(EvaluationError) -> Void) {
    while !isEnded, !hasGivenBack.load(ordering: .relaxed) {
      let part = nextPart.wrappingAdd(1, ordering: .relaxed).oldValue
      guard part < partCount else { return }
      do { try perform(part) } catch { end(with: error) }
    }
  }
}

extension EvaluationContext {
  /// Does work in numbered parts: alone and in order at first; once that has come to much, together with other threads,
  /// each with a worker of its own, which take the parts that are left in turn.
  ///
  /// What workers read beside their own must stand ready and stay as it is. Which of them does a part is open, so each
  /// keeps what it made together with the part's number. A part that `giveBack` ends is done again by the first worker,
  /// alone and before all that nobody has begun.
  ///
  /// - Parameters:
  ///   - tried: how many words were tried for the work before; nil if no other thread may take part.
  ///   - first: the worker of this thread and context.
  ///   - makeWorker: called on this thread, with the context that the worker polls.
  func share<Worker>(
    partCount: Int,
    tried: Int? = 0,
    first: Worker,
    makeWorker: (EvaluationContext) -> Worker,
    perform: (Worker, Int) throws(EvaluationError) -> Void
  ) throws(EvaluationError) {
    let start = attemptedCount - (tried ?? 0)
    let mayDivide = parallelism.threadCount > 1 && tried != nil
    for part in 0..<partCount {
      if mayDivide, part + 1 < partCount, attemptedCount - start >= parallelism.leastWork {
        return try divide(part..<partCount, first: first, makeWorker: makeWorker, perform: perform)
      }
      try perform(first, part)
    }
  }

  /// Chosen: where threads had to stop for each other so often, they would again.
  private static let mostInterruptions = 8

  private func divide<Worker>(
    _ parts: Range<Int>,
    first: Worker,
    makeWorker: (EvaluationContext) -> Worker,
    perform: (Worker, Int) throws(EvaluationError) -> Void
  ) throws(EvaluationError) {
    let contexts = (1..<min(parallelism.threadCount, parts.count)).map { _ in EvaluationContext(helping: self) }
    let workers = contexts.map(makeWorker)
    defer { for context in contexts { add(context) } }
    var left = parts
    var interruptions = 0
    while left.count > 1, interruptions < EvaluationContext.mostInterruptions {
      let work = SharedWork(parts: left, derivedCount: contexts.reduce(derivedCount) { $0 + $1.derivedCount })
      take(part: work, first, beside: Array(zip(contexts, workers)), perform)
      if let fault = work.fault { throw fault }
      for part in work.returnedParts { try perform(first, part) }
      left = work.firstLeft..<parts.upperBound
      interruptions += 1
    }
    for part in left { try perform(first, part) }
    try poll()
  }

  /// Takes part in the work until it has ended on all threads.
  private func take<Worker>(
    part work: SharedWork,
    _ first: Worker,
    beside helpers: [(context: EvaluationContext, worker: Worker)],
    _ perform: (Worker, Int) throws(EvaluationError) -> Void
  ) {
    for context in [self] + helpers.map(\.context) { context.beginSharing(work) }
    defer { for context in [self] + helpers.map(\.context) { context.endSharing() } }
    withoutActuallyEscaping(perform) { perform in
      let threads = helpers.map { context, worker in
        WorkerThread { context.takeParts(of: work) { part throws(EvaluationError) in try perform(worker, part) } }
      }
      for thread in threads { thread.start() }
      takeParts(of: work) { part throws(EvaluationError) in try perform(first, part) }
      for thread in threads {
        while !thread.hasEnded(within: .milliseconds(10)) {
          do throws(EvaluationError) {
            try checkLimits(derivedCount: work.derived(0))
          } catch {
            work.end(with: error)
          }
        }
      }
    }
  }

  private func takeParts(of work: SharedWork, _ perform: (Int) throws(EvaluationError) -> Void) {
    work.takeParts { part throws(EvaluationError) in
      let counts = (derivedCount, attemptedCount)
      do throws(EvaluationError) {
        try perform(part)
      } catch {
        guard hasGivenBack else { throw error }
        resume(counts)
        work.giveBack(part)
      }
    }
  }
}
