import Datalog

extension CheckedText {
  /// Each diagnostic on a line with its place and the text it is about, its notes and help below.
  ///
  /// The layout that users see has tests of its own; here the words and places count.
  var rendered: String {
    diagnostics.map { diagnostic in
      var lines = ["\(diagnostic.severity)[\(diagnostic.code.rawValue)] \(place(diagnostic.span)): \(diagnostic.message)"]
      for note in diagnostic.notes {
        lines.append("  note: \(note.message)" + (note.span.map { " (\(place($0)))" } ?? ""))
      }
      if let help = diagnostic.help { lines.append("  help: \(help)") }
      return lines.joined(separator: "\n") + "\n\n"
    }.joined()
  }

  /// Line, column in scalars, and the beginning of what is meant.
  private func place(_ span: Span?) -> String {
    guard let span, sources.indices.contains(span.source.index) else { return "nowhere" }
    let source = sources[span.source.index]
    let before = source.bytes[..<span.start]
    let line = before.count(where: { $0 == 0x0A }) + 1
    let start = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
    let column = String(decoding: before[start...], as: UTF8.self).unicodeScalars.count + 1
    var meant = String(decoding: source.bytes[span.start..<span.end], as: UTF8.self)
    if let end = meant.firstIndex(of: "\n") { meant = meant[..<end] + "…" }
    return (span.source.index == 0 ? "" : source.name + ":") + "\(line):\(column) ‹\(meant)›"
  }
}
