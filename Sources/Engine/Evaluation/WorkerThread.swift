#if canImport(Glibc)
  internal import Glibc
#endif

/// A thread that does one thing and ends. It leaves signals to those that were there before.
final class WorkerThread {
  private let body: () -> Void
  private var thread: pthread_t?
  /// Goes up when the body has ended.
  private let end: UnsafeMutablePointer<sem_t>

  init(_ body: @escaping () -> Void) {
    self.body = body
    end = .allocate(capacity: 1)
    sem_init(end, 0, 0)
  }

  deinit {
    sem_destroy(end)
    end.deallocate()
  }

  /// Starts; where the system has no thread to give, nothing is done. `hasEnded` has to be awaited.
  func start() {
    var all = sigset_t()
    var before = sigset_t()
    sigfillset(&all)
    pthread_sigmask(SIG_SETMASK, &all, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    var thread = pthread_t()
    // SAFETY: whoever made this object keeps it until the thread has ended.
    let argument = Unmanaged.passUnretained(self).toOpaque()
    let status = pthread_create(
      &thread,
      nil,
      { argument in
        guard let argument else { return nil }
        let thread = Unmanaged<WorkerThread>.fromOpaque(argument).takeUnretainedValue()
        thread.body()
        sem_post(thread.end)
        return nil
      },
      argument
    )
    if status == 0 { self.thread = thread }
  }

  /// Whether it ends within a time.
  func hasEnded(within time: Duration) -> Bool {
    guard let thread else { return true }
    var latest = timespec()
    clock_gettime(CLOCK_REALTIME, &latest)
    let nanoseconds = Int64(latest.tv_nsec) + time.nanoseconds
    latest.tv_sec += Int(nanoseconds / 1_000_000_000)
    latest.tv_nsec = Int(nanoseconds % 1_000_000_000)
    guard sem_timedwait(end, &latest) == 0 else { return false }
    pthread_join(thread, nil)
    self.thread = nil
    return true
  }
}
