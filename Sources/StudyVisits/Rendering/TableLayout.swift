import Datalog
import Engine

/// How many of a terminal's cells each column of a table gets.
///
/// Text may be narrowed, and so may the name of a column; never a number or a date, which would mislead. A column that
/// needs less than an equal share gets what it needs, and the others share the rest: the width is poured over the
/// columns like water, from the least that each can do with up to what it would take at most.
///
/// In 30 cells, columns that take 30 (text), 10 (numbers) and 5 (text), with 4 cells between them, get 11, 10 and 5.
struct TableLayout {
  /// Narrower, a cut text says nothing.
  private static let narrowestText = 8
  /// So much of a name tells it from others.
  private static let narrowestName = 4

  let widths: [Int]

  /// `nil` when not even the narrowest columns fit.
  init?(_ answer: Answer, _ options: RenderingOptions, frameWidth: Int) {
    let bounds = answer.columns.indices.map { TableLayout.bounds(of: $0, in: answer, options) }
    guard let lineWidth = options.lineWidth else {
      widths = bounds.map(\.upperBound)
      return
    }
    let room = lineWidth - frameWidth
    guard bounds.reduce(0, { $0 + $1.lowerBound }) <= room else { return nil }
    widths = TableLayout.pour(room, over: bounds)
  }

  /// The least and the most that a column can use.
  private static func bounds(of index: Int, in answer: Answer, _ options: RenderingOptions) -> ClosedRange<Int> {
    let column = answer.columns[index]
    let name = TerminalText.width(of: Array(column.name.utf8)[...])
    var widest = 0
    var cell = Cell()
    for row in 0..<answer.rowCount {
      cell.take(row, index, of: answer, options)
      widest = max(widest, cell.width)
    }
    let natural = max(name, widest)
    let least = column.type == .symbol ? narrowestText : max(widest, narrowestName)
    return min(least, natural)...natural
  }

  /// The widths that together take `room`, or less where no column can use more.
  private static func pour(_ room: Int, over bounds: [ClosedRange<Int>]) -> [Int] {
    func widths(at level: Int) -> [Int] { bounds.map { min(max(level, $0.lowerBound), $0.upperBound) } }
    var (low, high) = (0, bounds.map(\.upperBound).max() ?? 0)
    while low < high {
      let level = (low + high + 1) / 2
      if widths(at: level).reduce(0, +) <= room { low = level } else { high = level - 1 }
    }
    var poured = widths(at: low)
    var rest = room - poured.reduce(0, +)
    // What does not suffice for one more cell each goes to the first.
    for index in bounds.indices where rest > 0 && poured[index] == low && low < bounds[index].upperBound {
      poured[index] += 1
      rest -= 1
    }
    return poured
  }
}
