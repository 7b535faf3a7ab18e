import Datalog

/// Candidates in columns that fit a terminal, the kind and the name of each beside it.
struct CandidateList {
  /// A name is cut to so many columns where several candidates stand beside each other; chosen: two fit 80.
  private static let detailLimit = 28
  private static let gap = 2

  let columns: Int
  let rows: Int
  let isStyled: Bool

  /// The lines of the list, at most `rows`; the last one says how many more there are.
  func lines(of completion: Completion) -> [String] {
    let candidates = completion.candidates
    guard !candidates.isEmpty else { return [] }
    let textWidth = min(candidates.map { displayWidth(of: shown($0.text)) }.max() ?? 0, columns - 1)
    let isSingle = candidates.count <= rows
    let details = details(of: candidates, areAligned: isSingle)
    let widest = details.map { displayWidth(of: $0) }.max() ?? 0
    let room = columns - 1 - textWidth - CandidateList.gap
    let detailWidth = min(widest, max(0, room), isSingle ? .max : CandidateList.detailLimit)
    let cellWidth = textWidth + (detailWidth > 0 ? CandidateList.gap + detailWidth : 0)
    let across =
      isSingle && detailWidth > 0 ? 1 : max(1, (columns - 1 + CandidateList.gap) / (cellWidth + CandidateList.gap))
    let fitting = min(
      candidates.count,
      (candidates.count + completion.moreCount > rows * across ? rows - 1 : rows) * across
    )
    let down = (fitting + across - 1) / across
    var lines = (0..<down).map { row in
      stride(from: row, to: fitting, by: down).map { place in
        let isLast = place + down >= fitting
        return cell(shown(candidates[place].text), textWidth, details[place], detailWidth, isLast: isLast)
      }.joined(separator: String(repeating: " ", count: CandidateList.gap))
    }
    let more = candidates.count - fitting + completion.moreCount
    if more > 0 { lines.append(dimmed("… and \(more) more")) }
    if completion.isPartial { lines.append(dimmed("… still reading the values")) }
    return lines
  }

  /// The kind and the name of each, the names below each other where there is room for it.
  private func details(of candidates: [Candidate], areAligned: Bool) -> [String] {
    let widest = areAligned ? candidates.map { displayWidth(of: shown($0.kind)) }.max() ?? 0 : 0
    return candidates.map { candidate in
      let kind = shown(candidate.kind)
      guard !candidate.name.isEmpty else { return kind }
      let padding = String(repeating: " ", count: max(0, widest - displayWidth(of: kind)))
      let gap = String(repeating: " ", count: kind.isEmpty && widest == 0 ? 0 : CandidateList.gap)
      return kind + padding + gap + shown(candidate.name)
    }
  }

  private func cell(_ text: String, _ textWidth: Int, _ detail: String, _ detailWidth: Int, isLast: Bool) -> String {
    let cut = fitted(text, textWidth, isPadded: !isLast || detailWidth > 0 && !detail.isEmpty)
    guard detailWidth > 0 else { return cut }
    let gap = String(repeating: " ", count: CandidateList.gap)
    return detail.isEmpty
      ? cut + (isLast ? "" : gap + fitted("", detailWidth, isPadded: true))
      : cut + gap + dimmed(fitted(detail, detailWidth, isPadded: !isLast))
  }

  /// Text cut to a width, with `…` for what is left out.
  private func fitted(_ text: String, _ width: Int, isPadded: Bool) -> String {
    var result = ""
    var taken = 0
    let isCut = displayWidth(of: text) > width
    for character in text {
      let next = displayWidth(of: character)
      if taken + next > (isCut ? width - 1 : width) { break }
      result.append(character)
      taken += next
    }
    if isCut {
      result.append("…")
      taken += 1
    }
    return isPadded ? result + String(repeating: " ", count: max(0, width - taken)) : result
  }

  private func dimmed(_ text: String) -> String { isStyled ? "\u{1B}[2m\(text)\u{1B}[0m" : text }

  /// Text that cannot lead the terminal astray.
  private func shown(_ text: String) -> String {
    var view = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar.properties.generalCategory {
      case .control, .lineSeparator, .paragraphSeparator: view.append("\u{FFFD}")
      case .format: break
      default: view.append(scalar)
      }
    }
    return String(view)
  }
}
