/// The sheets of a workbook, with typed cells.
public struct Workbook: Sendable {
  /// Chosen by the format.
  static let rowLimit = 1_048_576
  static let columnLimit = 16_384
  static let textLimit = 32_767

  public enum Cell: Hashable, Sendable {
    case empty
    case text(String)
    case number(Double)
    /// ISO 8601; the time of day is left out.
    case day(String)
    case boolean(Bool)
    /// What a formula failed with, such as `#REF!`.
    case error(String)
  }

  public struct Row: Sendable {
    /// From 1, as the sheet counts.
    public let number: Int
    public var cells: [Cell]
  }

  public struct Sheet: Sendable {
    public let name: String
    /// Whether whoever opens the workbook does not see it.
    public let isHidden: Bool
    /// Those that hold anything, in order.
    public var rows: [Row]
    /// The cells of formulas that no program has calculated, such as `B2`; they are empty in `rows`.
    public let uncalculated: [String]
  }

  public var sheets: [Sheet]
}

/// Why a workbook could not be read or written.
public enum WorkbookError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The library and the Debian package to install.
  case missingLibrary(String, package: String)
  case notAWorkbook
  /// A packed file that ends before the list of its parts, which stands last.
  case cut(afterByte: Int)
  case missingPart(String)
  case damaged(part: String, line: Int, String)
  case tooLarge(part: String)
  case declaresEntities(part: String)
  case badCell(sheet: String, cell: String, String)
  case tooManyRows(sheet: String)
  case tooManyColumns(sheet: String, count: Int)
  /// The text's length in UTF-16 units, which workbooks count by.
  case textTooLong(sheet: String, cell: String, count: Int)
  case badSheetName(String)
  case notWritten(String)
  /// The user wanted an end.
  case cancelled

  public var description: String {
    switch self {
    case .missingLibrary(let library, let package): "workbooks need \(library): `apt-get install \(package)`"
    case .notAWorkbook: "this is no .xlsx workbook, or it is damaged or cut"
    case .cut(let count): "the workbook is cut after byte \(count): the list of its parts, which ends it, is missing"
    case .missingPart(let part): "the workbook lacks its part `\(part)`"
    case .damaged(let part, let line, let reason): "`\(part)`, line \(line), is damaged: \(reason)"
    case .tooLarge(let part): "`\(part)` would take too much memory; a workbook of lists is smaller"
    case .declaresEntities(let part):
      "`\(part)` declares a document type, which no workbook needs and which is not read"
    case .badCell(let sheet, let cell, let reason): "sheet `\(sheet)`, cell \(cell): \(reason)"
    case .tooManyRows(let sheet): "sheet `\(sheet)`: a sheet holds 1048576 rows, and this takes more"
    case .tooManyColumns(let sheet, let count):
      "sheet `\(sheet)`: a sheet holds 16384 columns, and this takes \(count)"
    case .textTooLong(let sheet, let cell, let count):
      "sheet `\(sheet)`, cell \(cell): a cell holds 32767 characters, and this takes \(count)"
    case .badSheetName(let name): "`\(name)` cannot be the name of a sheet"
    case .notWritten(let reason): "the workbook could not be written: \(reason)"
    case .cancelled: "reading was interrupted"
    }
  }
}
