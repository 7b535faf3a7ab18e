import Glibc

/// Memory for texts that never moves and is released as a whole.
struct TextArena: ~Copyable {
  private var chunks: [UnsafeMutableRawPointer] = []
  private var next: UnsafeMutablePointer<UInt8>?
  private var room = 0
  private var chunkSize = 4096
  private(set) var byteCount = 0

  /// Bytes that may be read, not used, behind any text.
  static let slack = 8

  deinit {
    for chunk in chunks { free(chunk) }
  }

  /// A copy of `text`.
  @inline(__always)
  mutating func store(_ text: UnsafeBufferPointer<UInt8>) -> UnsafePointer<UInt8> {
    let place = reserve(text.count)
    if let source = text.baseAddress { memcpy(place, source, text.count) }
    return UnsafePointer(place)
  }

  /// Forgets all texts and releases their memory.
  mutating func removeAll() {
    for chunk in chunks { free(chunk) }
    chunks.removeAll(keepingCapacity: true)
    next = nil
    room = 0
    byteCount = 0
  }

  @inline(__always)
  private mutating func reserve(_ count: Int) -> UnsafeMutablePointer<UInt8> {
    guard let place = next, count <= room else { return reserveInNewChunk(count) }
    next = place + count
    room &-= count
    return place
  }

  /// Doubles the chunks up to 1 MiB; a text too long for one gets its own, and the current chunk goes on.
  @inline(never)
  private mutating func reserveInNewChunk(_ count: Int) -> UnsafeMutablePointer<UInt8> {
    let isLong = count > chunkSize / 4
    if !isLong || next == nil { chunkSize = min(chunkSize * 2, 1 << 20) }
    let size = (isLong ? count : chunkSize) + TextArena.slack
    let chunk = UnsafeMutableRawPointer(zeroedMemory(of: UInt8.self, count: size))
    chunks.append(chunk)
    byteCount += size
    let place = chunk.assumingMemoryBound(to: UInt8.self)
    if !isLong {
      next = place + count
      room = chunkSize - count
    }
    return place
  }
}
