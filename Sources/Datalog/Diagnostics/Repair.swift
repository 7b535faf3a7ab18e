/// What could stand in some places of a text instead of what does.
public struct Repair: Hashable, Sendable {
  public let spans: [Span]
  /// The likeliest first; ties in the order in which they are named.
  public let alternatives: [String]

  /// `nil` without alternatives, or without a place.
  public init?(_ alternatives: [String], at spans: [Span]) {
    guard !alternatives.isEmpty, !spans.isEmpty else { return nil }
    self.spans = spans
    self.alternatives = alternatives
  }

  init?(_ alternatives: [String], at span: Span) {
    self.init(alternatives, at: [span])
  }
}

extension SourceText {
  /// The text with the likeliest alternative of each repair in its places; `nil` when no repair is of this text.
  public func repaired(by repairs: [Repair], as source: SourceID) -> [UInt8]? {
    var edits: [(span: Span, text: String)] = []
    for repair in repairs {
      for span in repair.spans where span.source == source { edits.append((span, repair.alternatives[0])) }
    }
    guard !edits.isEmpty else { return nil }
    edits.sort { $0.span.start > $1.span.start }
    var text = bytes
    var end = bytes.count
    for edit in edits where edit.span.end <= end {
      text.replaceSubrange(edit.span.start..<edit.span.end, with: edit.text.utf8)
      end = edit.span.start
    }
    return text
  }
}
