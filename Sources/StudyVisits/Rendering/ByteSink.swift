import Glibc

/// Where rendered bytes go.
public protocol ByteSink: AnyObject {
  /// Takes all of `bytes`, in order.
  func write(_ bytes: UnsafeBufferPointer<UInt8>) throws(ByteSinkError)
  /// Throws when the user wants no more of it, for whoever has long to work before there is anything to write.
  func throwIfCancelled() throws(ByteSinkError)
}

extension ByteSink {
  public func throwIfCancelled() throws(ByteSinkError) {}
}

/// Why bytes could not be delivered.
public enum ByteSinkError: Error, Hashable, Sendable {
  /// Whoever read has stopped reading: for a command no fault, only the end of its work.
  case closedPipe
  /// The user wants no more of it.
  case interrupted
  /// The system's error number.
  case system(Int32)
}

/// Writes to an open file, pipe or terminal, which stays open.
///
/// A process that has not set SIGPIPE to be ignored is ended by it before `closedPipe` is reported.
public final class FileDescriptorSink: ByteSink {
  private let descriptor: Int32
  private let isCancelled: () -> Bool

  /// - Parameter isCancelled: asked before each block, and when a signal ends the waiting for a slow reader.
  public init(_ descriptor: Int32, isCancelled: @escaping () -> Bool = { false }) {
    self.descriptor = descriptor
    self.isCancelled = isCancelled
  }

  public func throwIfCancelled() throws(ByteSinkError) {
    if isCancelled() { throw .interrupted }
  }

  public func write(_ bytes: UnsafeBufferPointer<UInt8>) throws(ByteSinkError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      // Unlike a write that has not begun, waiting is ended by any signal.
      waitUntilWritable()
      try throwIfCancelled()
      let written = Glibc.write(descriptor, UnsafeBufferPointer(rebasing: rest).baseAddress, rest.count)
      if written >= 0 {
        rest = rest.dropFirst(written)
        continue
      }
      switch errno {
      case EINTR: continue
      case EAGAIN: continue
      case EPIPE: throw .closedPipe
      case let code: throw .system(code)
      }
    }
  }

  /// Waits for a terminal or pipe to take more, or for a signal.
  private func waitUntilWritable() {
    // Of no file there is nothing to wait for: the system would wait for ever.
    guard descriptor >= 0 else { return }
    var state = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
    _ = poll(&state, 1, -1)
  }
}

/// Keeps what is written.
public final class MemorySink: ByteSink {
  public private(set) var bytes: [UInt8] = []

  public init() {}

  public func write(_ bytes: UnsafeBufferPointer<UInt8>) throws(ByteSinkError) {
    self.bytes.append(contentsOf: bytes)
  }

  public var text: String { String(decoding: bytes, as: UTF8.self) }
}

/// Bytes on their way to a sink, handed over in blocks.
struct BlockWriter {
  /// Large enough that calls do not count, small enough to stay in the cache.
  private static let blockSize = 64 * 1024

  /// What has not been handed over; appended to directly.
  var bytes: [UInt8] = []
  private let sink: any ByteSink

  init(_ sink: any ByteSink) {
    self.sink = sink
    bytes.reserveCapacity(BlockWriter.blockSize + 4096)
  }

  /// Called after each row.
  @inline(__always)
  mutating func endRow() throws(ByteSinkError) {
    if bytes.count >= BlockWriter.blockSize { try flush() }
  }

  mutating func flush() throws(ByteSinkError) {
    guard !bytes.isEmpty else { return }
    try bytes.withUnsafeBufferPointer { block throws(ByteSinkError) in try sink.write(block) }
    bytes.removeAll(keepingCapacity: true)
  }
}
