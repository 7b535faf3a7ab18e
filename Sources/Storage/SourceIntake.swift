/// Finds or makes the ids of sets of sources during one change.
struct SourceIntake {
  private let connection: Connection
  private var ids: [[StoredPassage]: UInt32] = [:]
  private var sets: [UInt32: [StoredPassage]] = [:]
  /// What was found of two sets before: a file brings many facts and few different sets.
  private var unions: [Pair: UInt32] = [:]
  private var differences: [Pair: Bool] = [:]
  private var candidates: Statement?
  private var members: Statement?

  private struct Pair: Hashable {
    let left: UInt32
    let right: UInt32
  }

  init(_ connection: Connection) { self.connection = connection }

  /// The id of a set whose documents are the file's symbols; 0 of the empty set.
  mutating func id(of passages: [StoredPassage]) throws(StorageError) -> UInt32 {
    guard let first = passages.first else { return 0 }
    let set = passages.count == 1 ? passages : Array(Set(passages)).sorted()
    if let id = ids[set] { return id }
    let known = try stored(set, first: first)
    let id = if let known { known } else { try insert(set) }
    ids[set] = id
    sets[id] = set
    return id
  }

  /// The id of the union of two sets of the file.
  mutating func union(_ left: UInt32, _ right: UInt32) throws(StorageError) -> UInt32 {
    if left == right || right == 0 { return left }
    if left == 0 { return right }
    let pair = Pair(left: left, right: right)
    if let union = unions[pair] { return union }
    let union = try id(of: passages(of: left) + passages(of: right))
    unions[pair] = union
    return union
  }

  /// The id of what a fact's sources are when files state it anew: these alone where no other file states it.
  mutating func renewed(_ stored: UInt32, by new: UInt32) throws(StorageError) -> UInt32 {
    let (before, now) = (try passages(of: stored).filter(\.isOrigin), try passages(of: new))
    return !before.isEmpty && before.allSatisfy(now.contains) ? new : try union(stored, new)
  }

  /// The id of the union of sets of the file; what is between is not kept.
  mutating func union(_ all: Set<UInt32>) throws(StorageError) -> UInt32 {
    let some = all.filter { $0 != 0 }
    guard some.count > 1 else { return some.first ?? 0 }
    var members: [StoredPassage] = []
    for set in some.sorted() { members += try passages(of: set) }
    return try id(of: members)
  }

  /// Whether two sets differ in more than the files that state them.
  mutating func citeDifferently(_ left: UInt32, _ right: UInt32) throws(StorageError) -> Bool {
    let pair = Pair(left: left, right: right)
    if let known = differences[pair] { return known }
    let differ = try passages(of: left).filter { !$0.isOrigin } != passages(of: right).filter { !$0.isOrigin }
    differences[pair] = differ
    return differ
  }

  /// The id of a set without some origins; nil when no origin is left.
  mutating func id(of set: UInt32, without origins: [StoredPassage]) throws(StorageError) -> UInt32? {
    let rest = try passages(of: set).filter { !origins.contains($0) }
    return rest.contains(where: \.isOrigin) ? try id(of: rest) : nil
  }

  private mutating func passages(of id: UInt32) throws(StorageError) -> [StoredPassage] {
    if let set = sets[id] { return set }
    if members == nil {
      members = try connection.prepare("select document, passage from vl_source where id = ? order by 1, 2")
    }
    guard let rows = members else { return [] }
    rows.bind(Int64(id), at: 1)
    defer { rows.reset() }
    var set: [StoredPassage] = []
    while try rows.step() {
      guard let document = UInt32(exactly: rows.integer(0)) else {
        throw .damaged(path: connection.path, detail: "a source's document is out of range")
      }
      set.append(StoredPassage(document: document, passage: Int(rows.integer(1))))
    }
    sets[id] = set
    return set
  }

  /// Looks among the sets that have one of the passages.
  private mutating func stored(_ set: [StoredPassage], first: StoredPassage) throws(StorageError) -> UInt32? {
    if candidates == nil {
      candidates = try connection.prepare(
        """
        select id from vl_source s where document = ? and passage = ?
        and (select count(*) from vl_source where id = s.id) = ?
        """
      )
    }
    guard let rows = candidates else { return nil }
    rows.bind(Int64(first.document), at: 1)
    rows.bind(first.passage, at: 2)
    rows.bind(set.count, at: 3)
    defer { rows.reset() }
    while try rows.step() {
      guard let id = UInt32(exactly: rows.integer(0)) else { continue }
      if try passages(of: id) == set { return id }
    }
    return nil
  }

  private func insert(_ set: [StoredPassage]) throws(StorageError) -> UInt32 {
    let next = try connection.integer("select coalesce(max(id), 0) + 1 from vl_source")
    guard let id = UInt32(exactly: next) else {
      throw .sqlite(path: connection.path, code: 0, message: "there are too many sets of sources")
    }
    let row = try connection.prepare("insert into vl_source(id, document, passage) values (?, ?, ?)")
    for passage in set {
      row.bind(Int64(id), at: 1)
      row.bind(Int64(passage.document), at: 2)
      row.bind(passage.passage, at: 3)
      try row.run()
    }
    return id
  }
}
