extension Relation {
  /// How a relation is kept at the moment.
  public struct Storage: Hashable, Sendable {
    public enum Form: Hashable, Sendable {
      /// Pairs as they were loaded, which nothing has looked up yet.
      case pairs
      /// A table by the first column, the second, or both.
      case rows(byFirst: Rows?, bySecond: Rows?)
      /// A row store with indexes on sets of columns and copies of others.
      case store(indexes: [[Int]], projections: [[Int]])
    }

    /// The rows of a table.
    public struct Rows: Hashable, Sendable {
      public let count: Int
      /// Whether all are slices of sorted slabs.
      public let isFrozen: Bool
    }

    public let form: Form
    public let arity: Int
    public let tupleCount: Int
    /// Of the tuples and of all that finds them.
    public let byteCount: Int
  }

  /// How the relation is kept now.
  public var storage: Storage {
    let tupleCount = count
    let form: Storage.Form
    if store != nil {
      form = .store(indexes: indexes.keys.sorted(by: precedes), projections: projections.keys.sorted(by: precedes))
    } else if tables.forward == nil, tables.reverse == nil {
      form = .pairs
    } else {
      form = .rows(byFirst: tables.forward?.rows, bySecond: tables.reverse?.rows)
    }
    return Storage(form: form, arity: arity, tupleCount: tupleCount, byteCount: byteCount)
  }

  private func precedes(_ a: [Int], _ b: [Int]) -> Bool { a.lexicographicallyPrecedes(b) }

  /// What the tuples and all that finds them hold.
  private var byteCount: Int {
    var bytes = loaded.byteCount + next.byteCount + delta.byteCount + deltaSwapped.byteCount
    bytes += deltaRows.byteCount + nextRows.byteCount
    bytes += (tables.forward?.byteCount ?? 0) + (tables.reverse?.byteCount ?? 0) + (store?.byteCount ?? 0)
    for index in indexes.values { bytes += index.byteCount }
    for projection in projections.values { bytes += projection.byteCount }
    return bytes
  }
}

extension RowTable {
  fileprivate var rows: Relation.Storage.Rows {
    Relation.Storage.Rows(count: keys.count, isFrozen: hasOnlySlabs)
  }
}
