extension String {
  /// What fits a message.
  var shortened: String { count > 60 ? prefix(59) + "…" : self }
}

extension StringProtocol {
  package var trimmingBlanks: String {
    var text = Substring(self)
    while let first = text.first, first.isWhitespace { text.removeFirst() }
    while let last = text.last, last.isWhitespace { text.removeLast() }
    return String(text)
  }
}
