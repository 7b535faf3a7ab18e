import Datalog
public import StudyVisits

/// The last line of a terminal while something takes long: how far it has come. It is gone when that is done.
public final class ProgressLine {
  private let display: Display
  private var isShown = false
  /// Chosen: what is over sooner needs no word.
  private static let patience = Duration.seconds(1)

  /// `nil` where messages go elsewhere than to a terminal that can take a line back.
  public init?(_ display: Display) {
    guard display.surroundings.isErrorTerminal, display.surroundings.environment["TERM"] != "dumb" else { return nil }
    self.display = display
  }

  public func show(_ progress: Progress) {
    switch progress {
    case .evaluation(let rule, let round, let tupleCount, let elapsed):
      var parts = ["\(elapsed.formattedSeconds) s", "\(tupleCount.grouped) tuples"]
      if let round { parts.append("round \(round)") }
      if let rule { parts.append(rule.split(whereSeparator: \.isWhitespace).joined(separator: " ")) }
      show(parts.joined(separator: ", "))
    case .step(_, _, let elapsed) where elapsed < ProgressLine.patience: break
    case .step(let step, let rows?, _):
      let total = rows.total.map { " of \($0.grouped)" } ?? ""
      show("\(step): \(rows.done.grouped)\(total) rows, \(rows.perSecond.grouped) a second")
    case .step(let step, nil, let elapsed): show("\(step): \(elapsed.formattedSeconds) s")
    }
  }

  private func show(_ text: String) {
    // The terminal may write `^C` behind it.
    let line = text.cut(to: display.terminalSize.columns - 3)
    display.write(message: "\r\u{1B}[K" + display.dim(line))
    isShown = true
  }

  public func clear() {
    guard isShown else { return }
    display.write(message: "\r\u{1B}[K")
    isShown = false
  }
}

extension Duration {
  /// With one decimal.
  fileprivate var formattedSeconds: String {
    let tenths = components.seconds * 10 + components.attoseconds / 100_000_000_000_000_000
    return "\(tenths / 10).\(tenths % 10)"
  }
}

extension Int {
  /// With a comma between each three digits.
  fileprivate var grouped: String {
    let digits = String(self)
    var result = ""
    for (place, digit) in digits.enumerated() {
      if place > 0, (digits.count - place) % 3 == 0 { result.append(",") }
      result.append(digit)
    }
    return result
  }
}

extension String {
  /// The beginning that takes at most so many cells, with `…` where something is left out.
  fileprivate func cut(to cells: Int) -> String {
    guard displayWidth(of: self) > cells else { return self }
    var result = ""
    for character in self {
      guard displayWidth(of: result + String(character)) < cells else { break }
      result.append(character)
    }
    return result + "…"
  }
}
