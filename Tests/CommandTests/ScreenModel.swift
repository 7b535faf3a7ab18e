import Foundation

/// What a terminal of the kind `xterm` would show for the bytes that it gets, as far as our programs use it.
struct ScreenModel {
  private(set) var columns: Int
  private let rows: Int
  private var cells: [[String]]
  private(set) var row = 0
  private(set) var column = 0
  /// A character in the last column leaves the cursor there until the next comes.
  private var isWrapPending = false
  /// Characters push what follows them to the right.
  private var isInserting = false

  init(rows: Int = 24, columns: Int = 80) {
    (self.rows, self.columns) = (rows, columns)
    cells = Array(repeating: Array(repeating: " ", count: columns), count: rows)
  }

  /// Cuts or widens rows, as terminals do that do not reflow.
  mutating func resize(columns: Int) {
    for row in cells.indices {
      cells[row] = Array(cells[row].prefix(columns)) + Array(repeating: " ", count: max(0, columns - self.columns))
    }
    self.columns = columns
    column = min(column, columns - 1)
    isWrapPending = false
  }

  /// The text of a row without blanks at its end.
  func text(_ row: Int) -> String {
    var text = cells[row].joined()
    while text.last == " " { text.removeLast() }
    return text
  }

  /// All rows down to the last that has something.
  var text: String {
    var lines = cells.indices.map(text)
    while lines.last == "" { lines.removeLast() }
    return lines.joined(separator: "\n")
  }

  mutating func take(_ text: String) {
    var rest = text.unicodeScalars[...]
    while let scalar = rest.popFirst() {
      switch scalar {
      case "\u{1B}": takeSequence(&rest)
      case "\r": move(to: 0)
      case "\n": goDown()
      case "\u{8}": move(to: column - 1)
      case "\t": move(to: (column / 8 + 1) * 8)
      case "\u{7}": break
      default: put(scalar)
      }
    }
  }

  private mutating func put(_ scalar: Unicode.Scalar) {
    let width = ScreenModel.width(of: scalar)
    if width == 0 {
      let place = isWrapPending ? column : max(0, column - 1)
      cells[row][place].unicodeScalars.append(scalar)
      return
    }
    if isWrapPending || column + width > columns {
      goDown()
      move(to: 0)
    }
    if isInserting { widen(by: width) }
    cells[row][column] = String(scalar)
    if width == 2 { cells[row][column + 1] = "" }
    isWrapPending = column + width == columns
    column = min(column + width, columns - 1)
  }

  /// Enough for the letters of our tests.
  private static func width(of scalar: Unicode.Scalar) -> Int {
    switch scalar.value {
    case 0x300...0x36F: 0
    case 0x3000...0x9FFF, 0xFF01...0xFF60: 2
    default: 1
    }
  }

  private mutating func move(to column: Int) {
    self.column = min(max(0, column), columns - 1)
    isWrapPending = false
  }

  private mutating func goDown() {
    isWrapPending = false
    guard row + 1 == rows else {
      row += 1
      return
    }
    cells.removeFirst()
    cells.append(Array(repeating: " ", count: columns))
  }

  private mutating func takeSequence(_ rest: inout Substring.UnicodeScalarView) {
    guard rest.popFirst() == "[" else { return }
    var digits = ""
    while let scalar = rest.popFirst() {
      guard ("@"..."~").contains(scalar) else {
        digits.unicodeScalars.append(scalar)
        continue
      }
      perform(scalar, Int(digits))
      return
    }
  }

  private mutating func perform(_ command: Unicode.Scalar, _ number: Int?) {
    let count = number ?? 1
    switch command {
    case "A": row = max(0, row - count)
    case "B": row = min(rows - 1, row + count)
    case "C": move(to: column + count)
    case "D": move(to: column - count)
    case "G": move(to: count - 1)
    case "J":
      wipeRow(from: column)
      for below in (row + 1)..<max(rows, row + 1) { cells[below] = Array(repeating: " ", count: columns) }
    case "K": wipeRow(from: column)
    case "P":
      cells[row].removeSubrange(column..<min(columns, column + count))
      cells[row] += Array(repeating: " ", count: columns - cells[row].count)
    case "@": widen(by: count)
    case "h", "l":
      guard number == 4 else { return }
      isInserting = command == "h"
    default: break
    }
  }

  private mutating func widen(by count: Int) {
    cells[row].insert(contentsOf: Array(repeating: " ", count: count), at: column)
    cells[row].removeLast(cells[row].count - columns)
  }

  private mutating func wipeRow(from start: Int) {
    for column in start..<columns { cells[row][column] = " " }
  }
}
