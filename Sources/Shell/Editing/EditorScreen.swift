import CEditline
import Glibc

/// The terminal as libedit draws on it: what stands in for glyphs is translated on the way.
final class EditorScreen {
  let glyphs = Glyphs()
  /// What libedit and the editor write to; buffered until it is flushed.
  private(set) var stream: UnsafeMutablePointer<FILE>?
  /// The first bytes of a character whose rest has not come.
  private var pending: [UInt8] = []

  /// `nil` when there is no memory for a stream.
  init?() {
    stream = visitlog_screen(Unmanaged.passUnretained(self).toOpaque()) { owner, bytes, count in
      let screen = Unmanaged<EditorScreen>.fromOpaque(owner).takeUnretainedValue()
      screen.write(UnsafeRawBufferPointer(start: bytes, count: count))
      return count
    }
    guard stream != nil else { return nil }
  }

  deinit {
    if let stream { fclose(stream) }
  }

  /// Writes at once, behind all that was drawn before.
  func show(_ text: String) {
    guard let stream else { return }
    fputs(text, stream)
    fflush(stream)
  }

  private func write(_ bytes: UnsafeRawBufferPointer) {
    let text = pending + bytes
    pending = []
    // Only characters of four bytes stand in for others.
    guard let first = text.firstIndex(where: { $0 >= 0xF0 }) else { return send(text) }
    var result = Array(text[..<first])
    var place = first
    while place < text.count {
      guard text[place] >= 0xF0 else {
        result.append(text[place])
        place += 1
        continue
      }
      guard place + 4 <= text.count else {
        pending = Array(text[place...])
        break
      }
      let bytes = text[place..<(place + 4)]
      let scalar = String(decoding: bytes, as: UTF8.self).unicodeScalars.first
      result += scalar.flatMap(glyphs.shown) ?? Array(bytes)
      place += 4
    }
    send(result)
  }

  private func send(_ bytes: [UInt8]) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR || errno == EAGAIN { continue }
      // A terminal that is gone is noticed by whoever reads from it.
      guard count > 0 else { return }
      rest = rest.dropFirst(count)
    }
  }
}
