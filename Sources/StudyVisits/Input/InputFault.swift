public import Datalog

/// One thing wrong with a file of values.
public struct InputFault: Error, Hashable, Sendable {
  /// What is wrong.
  public enum Reason: Hashable, Sendable {
    case missing
    case isDirectory
    /// The system's error number.
    case unreadable(Int32)
    case lineTooLong(byteLimit: Int)
    /// Who asked for the file wants it no more.
    case interrupted

    case notUTF8
    case nulCharacter
    /// A carriage return that ends no line.
    case strayCarriageReturn
    /// A line without text where a tuple needs some.
    case emptyLine
    case fieldCount(expected: Int, found: Int)
    /// What stands after the backslash; empty at the end of a line.
    case unknownEscape(String)
    case wrongValue(expected: ValueType, text: String)
    case outOfRange(expected: ValueType, text: String)
    case impossibleDate(String)

    case missingHeader
    case missingColumn(String, nearest: [String])
    case unknownColumn(String, nearest: [String])
    case repeatedColumn(String)
    case unclosedQuote
    case quoteInPlainField
    case textAfterQuote
    /// CSV cannot say what a predicate without columns holds.
    case needsColumns
  }

  /// The path as given.
  public let file: String
  /// From 1; `nil` when the fault is of the file as a whole.
  public let line: Int?
  /// In Unicode scalars, from 1.
  public let column: Int?
  /// The column of the predicate that the value was read for.
  public let columnName: String?
  public let reason: Reason
}

/// What kept a file from being read; nothing of it was kept.
public struct InputFaults: Error, Hashable, Sendable {
  /// A file with more faults than this is not looked at further.
  public static let limit = 100

  /// In the order of the file; never empty.
  public let faults: [InputFault]
  /// Whether reading ended at the limit.
  public let mayHaveMore: Bool
}

extension InputFault: CustomStringConvertible {
  /// The place and the sentence: ``hosts.tsv:3:9: `since` needs a date, not `soon` ``.
  public var description: String {
    var place = file
    if let line { place += ":\(line)" }
    if let column { place += ":\(column)" }
    return "\(place): \(message)"
  }

  /// The sentence without the place: lower case, no full stop.
  public var message: String {
    switch reason {
    case .missing: "there is no such file"
    case .interrupted: "reading was interrupted"
    case .isDirectory: "this is a folder, not a file"
    case .unreadable(let code): "the file cannot be read: \(systemMessage(code))"
    case .lineTooLong(let limit): "a line is longer than \(limit / 1_048_576) MB"
    case .notUTF8: "the text is not UTF-8"
    case .nulCharacter: "the text holds a NUL character"
    case .strayCarriageReturn: "a carriage return stands inside the line without ending it"
    case .emptyLine: "the line is empty, but a tuple is expected"
    case .fieldCount(let expected, let found):
      "the line has \(counted(found, "value")), but the predicate has \(counted(expected, "column"))"
    case .unknownEscape(let text):
      "`\\\(text)` stands for nothing; only `\\t`, `\\n`, `\\r` and `\\\\` do"
    case .wrongValue(let expected, let text): "\(subject) needs a \(expected.rawValue), not `\(text)`"
    case .outOfRange(let expected, let text): "`\(text)` does not fit a \(expected.rawValue)"
    case .impossibleDate(let text): "there is no such date as `\(text)`"
    case .missingHeader: "the file has no first line with the names of its columns"
    case .missingColumn(let name, let nearest): "no column is headed `\(name)`\(suggestion(nearest))"
    case .unknownColumn(let name, let nearest): "the predicate has no column `\(name)`\(suggestion(nearest))"
    case .repeatedColumn(let name): "two columns are headed `\(name)`"
    case .unclosedQuote: "the quotation mark is never closed"
    case .quoteInPlainField: "a quotation mark inside a value needs quotation marks around the value, and is doubled"
    case .textAfterQuote: "after the closing quotation mark only a comma or the end of the line may follow"
    case .needsColumns: "a predicate without columns is read from TSV, not from CSV"
    }
  }

  private var subject: String { columnName.map { "`\($0)`" } ?? "the column" }

  private func suggestion(_ nearest: [String]) -> String {
    nearest.isEmpty ? "" : "; did you mean \(nearest.map { "`\($0)`" }.joined(separator: " or "))?"
  }
}
