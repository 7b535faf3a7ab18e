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

    /// The rows of a table by what holds their words.
    public struct Rows: Hashable, Sendable {
      public var rowCount = 0
      /// Slices of a sorted slab.
      public var frozen = 0
      public var bitmaps = 0
    }

    public var form: Form
    public var tupleCount: Int
    public var byteCount: Int
  }

  /// Goes through all rows once.
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
    return Storage(form: form, tupleCount: tupleCount, byteCount: byteCount)
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
    var rows = Relation.Storage.Rows(rowCount: keys.count)
    for index in 0..<keys.count {
      switch row(of: keys.base[index]).pointee.kind {
      case .slice: rows.frozen += 1
      case .bitmap: rows.bitmaps += 1
      case .inline, .array, .hash: break
      }
    }
    return rows
  }
}
