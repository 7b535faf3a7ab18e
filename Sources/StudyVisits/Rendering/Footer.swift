import Engine

extension Answer {
  /// How many rows there are and how long they took, as far as either is to be told: `3 rows  12 ms`. An answer of yes or
  /// no has no rows to count.
  public func summary(elapsed: Duration?) -> String {
    let count = isYesOrNo ? nil : "\(rowCount) row\(rowCount == 1 ? "" : "s")"
    return [count, elapsed?.timeText].compactMap(\.self).joined(separator: "  ")
  }

  /// Appends the summary as the last line of a layout; nothing when there is nothing to tell.
  func appendFooter(_ options: RenderingOptions, to text: inout [UInt8]) {
    let summary = Array(summary(elapsed: options.elapsed).utf8)
    guard !summary.isEmpty else { return }
    text += options.isColoured ? Dimming.applied(to: summary) : summary
    text.append(UInt8(ascii: "\n"))
  }
}

extension Duration {
  /// With at least tenths of milliseconds; less is of no interest to people.
  fileprivate var timeText: String {
    let nanoseconds = components.seconds * 1_000_000_000 + components.attoseconds / 1_000_000_000
    return nanoseconds < 1_000_000 ? "0.\(nanoseconds / 100_000) ms" : nanoseconds.timeText
  }
}
