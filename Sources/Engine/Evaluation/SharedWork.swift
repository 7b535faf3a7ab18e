internal import Synchronization

/// Work in numbered parts, which threads take in turn, and what these know of each other.
final class SharedWork: Sendable {
  private let nextPart: Atomic<Int>
  private let partCount: Int
  /// Tuples that all have derived, those before the work included.
  private let derivedCount: Atomic<Int>
  private let hasFailed = Atomic<Bool>(false)
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

  /// Adds to the tuples derived, of which it gives the number.
  func derived(_ count: Int) -> Int {
    derivedCount.wrappingAdd(count, ordering: .relaxed).newValue
  }

  /// Does parts until there are none.
  func takeParts(_ perform: (Int) throws(EvaluationError) -> Void) {
    while !isEnded {
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
  /// keeps what it made together with the part's number.
  ///
  /// - Parameters:
  ///   - first: the worker of this thread and context.
  ///   - makeWorker: called on this thread, with the context that the worker polls.
  func share<Worker>(
    partCount: Int,
    first: Worker,
    makeWorker: (EvaluationContext) -> Worker,
    perform: (Worker, Int) throws(EvaluationError) -> Void
  ) throws(EvaluationError) {
    let start = attemptedCount
    for part in 0..<partCount {
      let isLeft = part + 1 < partCount && parallelism.threadCount > 1
      if isLeft, attemptedCount - start >= parallelism.leastWork {
        return try divide(part..<partCount, first: first, makeWorker: makeWorker, perform: perform)
      }
      try perform(first, part)
    }
  }

  private func divide<Worker>(
    _ parts: Range<Int>,
    first: Worker,
    makeWorker: (EvaluationContext) -> Worker,
    perform: (Worker, Int) throws(EvaluationError) -> Void
  ) throws(EvaluationError) {
    let work = SharedWork(parts: parts, derivedCount: derivedCount)
    let contexts = (1..<min(parallelism.threadCount, parts.count)).map { _ in
      EvaluationContext(helping: self, in: work)
    }
    let workers = contexts.map(makeWorker)
    withoutActuallyEscaping(perform) { perform in
      let threads = workers.map { worker in
        WorkerThread { work.takeParts { part throws(EvaluationError) in try perform(worker, part) } }
      }
      take(part: work, beside: threads) { part throws(EvaluationError) in try perform(first, part) }
    }
    for context in contexts { add(context) }
    if let fault = work.fault { throw fault }
    try poll()
  }

  /// Takes part in the work until it has ended on all threads.
  private func take(
    part work: SharedWork,
    beside threads: [WorkerThread],
    perform: (Int) throws(EvaluationError) -> Void
  ) {
    beginSharing(work)
    defer { endSharing() }
    for thread in threads { thread.start() }
    work.takeParts(perform)
    for thread in threads {
      while !thread.hasEnded(within: .milliseconds(10)) {
        do { try checkLimits(derivedCount: work.derived(0)) } catch { work.end(with: error) }
      }
    }
  }
}
