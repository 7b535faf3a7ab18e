// Turns of phrase that the wordings share.

extension Diagnostic {
  /// “did you mean …” with all of the names, or `nil` without any.
  static func didYouMean(_ names: [String]) -> String? {
    names.isEmpty ? nil : "did you mean \(list(names, "or"))?"
  }

  /// The names in backquotes: `a`, `b` and `c`.
  public static func list(_ names: [String], _ last: String = "and") -> String {
    var names = names.map { "`\($0)`" }
    if names.count > 6 { names[5...] = ["\(names.count - 5) others"] }
    guard let final = names.last, names.count > 1 else { return names.first ?? "" }
    return names.dropLast().joined(separator: ", ") + " \(last) " + final
  }

  static func counted(_ count: Int, _ noun: String) -> String {
    switch count {
    case 0: "no \(noun)s"
    case 1: "1 \(noun)"
    default: "\(count) \(noun)s"
    }
  }
}
