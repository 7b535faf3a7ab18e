import Datalog
import Glibc
import StudyVisits

/// The last line of a terminal while something takes long: how far it has come. It is gone when that is done.
final class ProgressLine {
  private let descriptor: Int32
  private let columnCount: () -> Int
  private var isShown = false

  init(descriptor: Int32, columnCount: @escaping () -> Int) {
    self.descriptor = descriptor
    self.columnCount = columnCount
  }

  func show(_ progress: Progress) {
    var parts = ["\(progress.elapsed.formattedSeconds) s", "\(progress.tupleCount.grouped) tuples"]
    if let round = progress.round { parts.append("round \(round)") }
    if let rule = progress.rule { parts.append(rule.split(whereSeparator: \.isWhitespace).joined(separator: " ")) }
    write("\r\u{1B}[K" + parts.joined(separator: ", ").cut(to: columnCount() - 1))
    isShown = true
  }

  func clear() {
    guard isShown else { return }
    write("\r\u{1B}[K")
    isShown = false
  }

  private func write(_ text: String) {
    let bytes = Array(text.utf8)
    // A line that is lost is no loss.
    _ = Glibc.write(descriptor, bytes, bytes.count)
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
