/// A table of a file as it stands there.
struct Sheet: Sendable {
  enum Cell: Hashable, Sendable {
    /// As people wrote it.
    case text(String)
    /// As the language writes it.
    case value(String)
    /// A formula without a result, or with an error for one.
    case fault(String)

    var text: String {
      switch self {
      case .text(let text), .value(let text), .fault(let text): text.trimmingBlanks
      }
    }
  }

  struct Row: Sendable {
    /// From 1, as the file counts.
    let number: Int
    var cells: [Cell]

    var isEmpty: Bool { cells.allSatisfy { $0.text.isEmpty } }

    var firstFault: (column: Int, text: String)? {
      for (column, cell) in cells.enumerated() {
        if case .fault(let text) = cell { return (column, text) }
      }
      return nil
    }
  }

  /// Of a workbook.
  var name: String?
  /// What people find a row by.
  var rowWord = "row"
  var rows: [Row] = []
}
