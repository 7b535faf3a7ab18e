/// Offsets of a source to lines and columns: one scan of the text, then O(log n) for a line.
///
/// A line ends with LF, CRLF or CR.
public struct SourceMap: Sendable {
  public let text: SourceText
  private let lineStarts: [Int]

  public init(_ text: SourceText) {
    self.text = text
    var starts = [0]
    text.bytes.withUnsafeBufferPointer { bytes in
      for offset in 0..<bytes.count where bytes[offset].isLineEnd {
        let isFirstOfTwo = bytes[offset] == 0x0D && offset + 1 < bytes.count && bytes[offset + 1] == 0x0A
        if !isFirstOfTwo { starts.append(offset + 1) }
      }
    }
    lineStarts = starts
  }

  /// The number of the line, from 1, in which an offset lies.
  public func line(at offset: Int) -> Int {
    var low = 0
    var high = lineStarts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if lineStarts[middle] <= offset { low = middle } else { high = middle }
    }
    return low + 1
  }

  /// The bytes of a line, by its number, without what ends it.
  public func range(ofLine line: Int) -> Range<Int> {
    let start = lineStarts[line - 1]
    var end = line < lineStarts.count ? lineStarts[line] : text.bytes.count
    while end > start, text.bytes[end - 1].isLineEnd { end -= 1 }
    return start..<end
  }

  /// The line and the column, both from 1; columns count characters. Linear in what stands before it on the line.
  public func position(at offset: Int) -> (line: Int, column: Int) {
    let offset = min(max(offset, 0), text.bytes.count)
    let line = line(at: offset)
    return (line, 1 + characterCount(lineStarts[line - 1]..<offset))
  }

  /// How many characters some bytes are; ASCII without CR has one for each byte.
  func characterCount(_ range: Range<Int>) -> Int {
    text.bytes.withUnsafeBufferPointer { bytes in
      let part = UnsafeBufferPointer(rebasing: bytes[range])
      if part.allSatisfy({ $0 < 0x80 && $0 != 0x0D }) { return part.count }
      return String(decoding: part, as: UTF8.self).count
    }
  }
}
