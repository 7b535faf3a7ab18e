/// The lines of a text that was read as a whole.
final class ScriptLines: LineSource {
  private var rest: ArraySlice<[UInt8].SubSequence>

  init(_ bytes: [UInt8]) {
    rest = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)[...]
    // The last line's end begins no further one.
    if rest.last?.isEmpty == true { rest.removeLast() }
  }

  func nextLine(prompt: String, initial: [UInt8]) -> LineInput {
    guard var line = rest.popFirst() else { return .end }
    if line.last == UInt8(ascii: "\r") { line.removeLast() }
    return .line(Array(line))
  }

  func remember(_ entry: [UInt8]) {}
}
