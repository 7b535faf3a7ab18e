/// Hands text on to a terminal with what would lead it astray escaped, but for the breaks and tabs that the format itself
/// is made of.
///
/// Each block must end with a whole character, as those of formats do, which end with a row.
final class EscapingSink: ByteSink {
  private let sink: any ByteSink
  private let isJSON: Bool

  init(_ sink: any ByteSink, _ format: OutputFormat) {
    self.sink = sink
    isJSON = format == .json || format == .jsonl
  }

  func write(_ bytes: UnsafeBufferPointer<UInt8>) throws(ByteSinkError) {
    var shown: [UInt8] = []
    shown.reserveCapacity(bytes.count)
    for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
      if TerminalText.isMisleading(scalar), scalar != "\n", scalar != "\t" {
        shown.append(contentsOf: escape(scalar).utf8)
      } else {
        shown.append(contentsOf: UTF8.encode(scalar).unsafelyUnwrapped)
      }
    }
    try shown.withUnsafeBufferPointer { block throws(ByteSinkError) in try sink.write(block) }
  }

  /// JSON has an escape of its own, and stays JSON.
  private func escape(_ scalar: Unicode.Scalar) -> String {
    guard isJSON else { return TerminalText.escape(scalar) }
    let digits = String(scalar.value, radix: 16)
    return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
  }
}
