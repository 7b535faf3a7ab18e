extension Store {
  /// Makes one change: all that `body` does is committed, or nothing.
  ///
  /// - Parameter time: when, as ISO 8601 in UTC.
  ///
  /// Other writers wait meanwhile, readers see the file as it was. What `body` reads from this store includes what it
  /// changed. A change that changes nothing is taken back and leaves no trace. An error of the change's own methods
  /// takes the whole change back, also when `body` caught it. Once `isCancelled`, which is told how many rows have been
  /// asserted so far, the change ends with `StorageError.interrupted`.
  public func change<Failure: Error>(
    at time: String,
    author: String?,
    reason: String?,
    isCancelled: ((_ assertedCount: Int) -> Bool)? = nil,
    _ body: (Change) throws(Failure) -> Void
  ) throws(ChangeError<Failure>) -> ChangeReport {
    let change: Change
    do throws(StorageError) {
      change = try beginChange(at: time, author: author, reason: reason)
    } catch {
      throw .storage(error)
    }
    defer { change.close() }
    do throws(Failure) {
      if let isCancelled {
        let isOver = { isCancelled(change.assertedCount) }
        try connection.cancellable(isOver) { () throws(Failure) in try body(change) }
      } else {
        try body(change)
      }
    } catch {
      connection.rollback()
      throw .body(error)
    }
    do throws(StorageError) {
      return try finish(change)
    } catch {
      connection.rollback()
      throw .storage(error)
    }
  }

  private func beginChange(at time: String, author: String?, reason: String?) throws(StorageError) -> Change {
    guard !connection.isReadOnly else { throw .readOnly(path: path) }
    precondition(!connection.isInTransaction, "a change begins inside no other change or snapshot")
    try connection.execute("begin immediate")
    do throws(StorageError) {
      return try Change(connection, at: time, author: author, reason: reason)
    } catch {
      connection.rollback()
      throw error
    }
  }

  private func finish(_ change: Change) throws(StorageError) -> ChangeReport {
    let report = try change.finish()
    guard report.changeID != nil else {
      connection.rollback()
      return report
    }
    try connection.execute("commit")
    ownCommits += 1
    connection.checkpoint()
    return report
  }
}
