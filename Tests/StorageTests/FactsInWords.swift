import Storage

/// A value as a test writes it.
enum Value: Hashable {
  case symbol(String)
  case number(Int64)
  case float(Double)
  case date(Int32)
}

extension Value: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral {
  init(stringLiteral text: String) { self = .symbol(text) }
  init(integerLiteral number: Int64) { self = .number(number) }
  init(floatLiteral float: Double) { self = .float(float) }
}

/// A fact and its sources, as a test writes them.
struct Fact: Hashable {
  let values: [Value]
  let sources: [Source]

  init(_ values: Value..., sources: [Source] = []) {
    self.values = values
    self.sources = sources
  }
}

/// A passage of a document by its name.
struct Source: Hashable {
  let document: String
  let passage: Int
}

/// Numbers texts as a caller does: those that it read from the file by their ids, further ones from there on.
struct CallerSymbols {
  let known: Int
  private var ids: [String: UInt32] = [:]
  private var own: [[UInt8]] = []

  init(_ store: Store) throws {
    known = try store.symbolCount()
    var read: [(UInt32, String)] = []
    try store.forEachSymbol { id, text in read.append((id, String(decoding: text, as: UTF8.self))) }
    for (id, text) in read { ids[text] = id }
  }

  /// Knows nothing of the file.
  init() { known = 1 }

  mutating func id(_ text: String) -> UInt32 {
    if let id = ids[text] { return id }
    let id = UInt32(known + own.count)
    own.append(Array(text.utf8))
    ids[text] = id
    return id
  }

  mutating func word(_ value: Value) -> UInt64 {
    switch value {
    case .symbol(let text): UInt64(id(text))
    case .number(let number): UInt64(bitPattern: number)
    case .float(let float): float.bitPattern
    case .date(let key): UInt64(bitPattern: Int64(key))
    }
  }

  func withText<R>(_ body: ((UInt32) -> UnsafeBufferPointer<UInt8>) throws -> R) rethrows -> R {
    let buffers = own.map { text in
      let buffer = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: text.count)
      _ = buffer.initialize(from: text)
      return UnsafeBufferPointer(buffer)
    }
    defer { for buffer in buffers { buffer.deallocate() } }
    return try body { id in buffers[Int(id) - known] }
  }
}

extension Change {
  func state(_ predicate: StoredPredicate, _ facts: [Fact], symbols: inout CallerSymbols) throws {
    var sets: [[StoredPassage]] = [[]]
    var setOfRow: [UInt32] = []
    for fact in facts {
      setOfRow.append(fact.sources.isEmpty ? 0 : UInt32(sets.count))
      guard !fact.sources.isEmpty else { continue }
      sets.append(fact.sources.map { StoredPassage(document: symbols.id($0.document), passage: $0.passage) })
    }
    let columns = words(predicate, facts, symbols: &symbols)
    try symbols.withText { text in
      try withPointers(columns) { pointers in
        try assert(
          predicate,
          rowCount: facts.count,
          columns: pointers,
          sourceSets: setOfRow,
          sets: sets,
          knownSymbols: symbols.known,
          text: text
        )
      }
    }
  }

  func withdraw(
    _ predicate: StoredPredicate,
    _ facts: [Fact],
    statedBy files: [String]? = nil,
    symbols: inout CallerSymbols
  ) throws {
    let origins = files?.map { symbols.id($0) }
    try withPointers(words(predicate, facts, symbols: &symbols)) { pointers in
      try retract(predicate, rowCount: facts.count, columns: pointers, statedBy: origins)
    }
  }

  private func words(_ predicate: StoredPredicate, _ facts: [Fact], symbols: inout CallerSymbols) -> [[UInt64]] {
    predicate.columns.indices.map { column in
      facts.map { symbols.word($0.values[column]) }
    }
  }
}

/// Lends pointers to several columns.
func withPointers<R>(_ columns: [[UInt64]], _ body: ([UnsafePointer<UInt64>]) throws -> R) rethrows -> R {
  let copies = columns.map { column in
    let copy = UnsafeMutableBufferPointer<UInt64>.allocate(capacity: max(1, column.count))
    _ = copy.initialize(from: column)
    return copy
  }
  defer { for copy in copies { copy.deallocate() } }
  return try body(copies.map { UnsafePointer($0.baseAddress!) })
}

extension Store {
  @discardableResult
  func change(_ body: (Change) throws -> Void) throws -> ChangeReport {
    do {
      return try change(at: "2026-05-04T03:02:01Z", author: "Dilnoza", reason: "a test", body)
    } catch ChangeError<any Error>.body(let error) {
      throw error
    } catch ChangeError<any Error>.storage(let error) {
      throw error
    }
  }

  /// Declares a predicate with columns `a`, `b`, … and states facts of it.
  @discardableResult
  func record(_ name: String, _ types: [StoredType], _ facts: [Fact]) throws -> ChangeReport {
    var symbols = try CallerSymbols(self)
    return try change { change in
      let predicate = try change.declare(name: name, columns: columns(types), keys: [], text: "")
      try change.state(predicate, facts, symbols: &symbols)
    }
  }

  @discardableResult
  func withdraw(_ name: String, _ facts: [Fact], statedBy files: [String]? = nil) throws -> ChangeReport {
    var symbols = try CallerSymbols(self)
    let predicate = try predicate(name)
    return try change { try $0.withdraw(predicate, facts, statedBy: files, symbols: &symbols) }
  }

  func predicate(_ name: String) throws -> StoredPredicate {
    guard let found = try predicates().first(where: { $0.name == name }) else {
      throw SQLFailure(description: "no predicate \(name)")
    }
    return found
  }

  /// The facts of a predicate as the file has them, in its order.
  func facts(_ name: String) throws -> [Fact] {
    let predicate = try predicate(name)
    let sets = try sourceSets()
    var rows: [(words: [UInt64], set: UInt32)] = []
    try read(predicate) { columns, sources in
      for row in sources.indices { rows.append((columns.map { $0[row] }, sources[row])) }
    }
    return try rows.map { words, set in
      Fact(
        values: try zip(predicate.columns, words).map { try value($1, $0.type) },
        sources: try (sets[set] ?? []).map { Source(document: try text($0.document), passage: $0.passage) }
      )
    }
  }

  private func value(_ word: UInt64, _ type: StoredType) throws -> Value {
    switch type {
    case .symbol: .symbol(try text(UInt32(word)))
    case .number: .number(Int64(bitPattern: word))
    case .float: .float(Double(bitPattern: word))
    case .date: .date(Int32(Int64(bitPattern: word)))
    }
  }

  private func text(_ id: UInt32) throws -> String { String(decoding: try symbolText(id), as: UTF8.self) }
}

extension Fact {
  init(values: [Value], sources: [Source]) {
    self.values = values
    self.sources = sources
  }
}

/// Columns `a`, `b`, … of these types.
func columns(_ types: [StoredType]) -> [StoredColumn] {
  zip("abcdefgh", types).map { StoredColumn(name: String($0), type: $1) }
}
