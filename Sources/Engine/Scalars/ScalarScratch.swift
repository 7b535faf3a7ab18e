import Glibc

/// A decoded column of the stack; its memory is as large as `ScalarScratch.rowCount` texts.
struct ScalarColumn {
  let memory: UnsafeMutableRawPointer
  let type: WordType

  var numbers: UnsafeMutablePointer<Int64> { memory.bindMemory(to: Int64.self, capacity: ScalarScratch.rowCount) }
  var floats: UnsafeMutablePointer<Double> { memory.bindMemory(to: Double.self, capacity: ScalarScratch.rowCount) }
  var dates: UnsafeMutablePointer<Int32> { memory.bindMemory(to: Int32.self, capacity: ScalarScratch.rowCount) }
  var texts: UnsafeMutablePointer<UnsafeBufferPointer<UInt8>> {
    memory.bindMemory(to: UnsafeBufferPointer<UInt8>.self, capacity: ScalarScratch.rowCount)
  }
}

/// What a batch needs and the next one uses again: columns, outcomes, and the texts made on the way.
final class ScalarScratch {
  /// The rows evaluated at a time.
  static let rowCount = 1024
  /// No function makes a text longer than this.
  static let maximalTextLength = 1 << 24
  /// With more bytes of texts than this a batch is cut into smaller ones.
  private static let maximalTextsLength = 1 << 26

  /// The columns' memory; above those in use the rest are free.
  private(set) var columns: [UnsafeMutableRawPointer] = []
  let arena: UnsafeMutablePointer<TextArena>
  /// A text in the making.
  let draft: UnsafeMutablePointer<[UInt8]>
  private let storedLength: UnsafeMutablePointer<Int>

  init() {
    arena = .allocate(capacity: 1)
    arena.initialize(to: TextArena())
    draft = .allocate(capacity: 1)
    draft.initialize(to: [])
    storedLength = .allocate(capacity: 1)
    storedLength.initialize(to: 0)
  }

  deinit {
    for column in columns { column.deallocate() }
    arena.deinitialize(count: 1)
    arena.deallocate()
    draft.deinitialize(count: 1)
    draft.deallocate()
    storedLength.deallocate()
  }

  /// The bytes held.
  var byteCount: Int {
    columns.count * ScalarScratch.columnSize + arena.pointee.byteCount + draft.pointee.capacity
  }

  /// Whether the texts of the batch outgrew the scratch; then its results are worth nothing.
  var isExhausted: Bool { storedLength.pointee > ScalarScratch.maximalTextsLength }

  /// Forgets the texts of the batch before, and has `count` columns ready.
  func begin(columnCount count: Int) {
    while columns.count < count {
      columns.append(.allocate(byteCount: ScalarScratch.columnSize, alignment: 64))
    }
    if storedLength.pointee > 0 { arena.pointee.removeAll() }
    storedLength.pointee = 0
  }

  /// Exchanges two columns' memory.
  func exchange(_ a: Int, _ b: Int) { columns.swapAt(a, b) }

  /// A copy of the draft that lives as long as the batch.
  func storedDraft() -> UnsafeBufferPointer<UInt8> {
    let count = draft.pointee.count
    storedLength.pointee += count
    if isExhausted { return UnsafeBufferPointer(start: UnsafePointer(arena.pointee.store(empty)), count: 0) }
    return draft.pointee.withUnsafeBufferPointer {
      UnsafeBufferPointer(start: arena.pointee.store($0), count: count)
    }
  }

  private var empty: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: nil, count: 0) }

  private static let columnSize = rowCount * MemoryLayout<UnsafeBufferPointer<UInt8>>.stride
}
