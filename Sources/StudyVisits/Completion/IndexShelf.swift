internal import Foundation

/// Indexes that are made on a thread of their own while somebody types, each once for a state of the knowledge base.
///
/// An index of a former state serves until that of the present one is there.
final class IndexShelf: Sendable {
  enum Subject: Hashable, Sendable {
    case column(ColumnDomain)
    /// All entities, or those of one predicate.
    case entities(of: String?)
  }

  private struct Slot {
    var index: ValueIndex?
    /// The state that it was made of; of the one being made, while `isBeingMade`.
    var version = -1
    var isBeingMade = false
  }

  // SAFETY: only touched while `lock` is held.
  private nonisolated(unsafe) var slots: [Subject: Slot] = [:]
  private let lock = NSCondition()

  /// The index of a subject and whether it is of this version; begins to make it where it is not, and waits for it.
  func index(
    of subject: Subject,
    version: Int,
    until end: Date,
    make: @escaping @Sendable () -> ValueIndex?
  ) -> (index: ValueIndex?, isCurrent: Bool) {
    lock.lock()
    defer { lock.unlock() }
    if slots[subject]?.version != version, slots[subject]?.isBeingMade != true {
      slots[subject, default: Slot()].isBeingMade = true
      Thread.detachNewThread { [self] in
        let made = make()
        lock.lock()
        // What cannot be made is not tried again before something changes.
        slots[subject] = Slot(index: made ?? slots[subject]?.index, version: version)
        lock.broadcast()
        lock.unlock()
      }
    }
    while slots[subject]?.isBeingMade == true {
      guard lock.wait(until: end) else { break }
    }
    let slot = slots[subject]
    return (slot?.index, slot?.version == version && slot?.isBeingMade == false)
  }
}
