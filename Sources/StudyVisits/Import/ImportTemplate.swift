internal import Spreadsheets

/// An empty list with headings that an import knows, and an example.
public enum ImportTemplate: String, CaseIterable, Sendable {
  case delegation, meetings, commitments

  /// The headings, and below them a row for an example.
  public var rows: [[String]] {
    switch self {
    case .delegation:
      [
        ["Full name", "Position", "Organisation", "Country", "E-mail", "Phone", "Delegation", "Visit"],
        [
          "Aziz Example", "head of department", "Ministry of Examples", "Uzbekistan", "aziz@example.org",
          "+998 00 000 00 00", "example_delegation", "Example visit",
        ],
      ]
    case .meetings:
      [
        ["Meeting", "Date", "Host", "Participants", "Topic", "Visit"],
        [
          "example_m1", "2018-06-29", "Example University", "Aziz Example; Nodira Example", "open data",
          "Example visit",
        ],
      ]
    case .commitments:
      [
        ["Commitment ID", "Commitment", "Responsible", "Due", "Fulfilled", "Visit"],
        [
          "example_c1", "publish the timetable as open data", "Ministry of Examples", "2018-12-31", "", "Example visit",
        ],
      ]
    }
  }

  /// How it is written.
  public enum Format: String, CaseIterable, Sendable {
    case csv, xlsx

    /// The format that a file's name ends in.
    public init?(endingOf file: String) {
      guard let format = Format.allCases.first(where: { file.lowercased().hasSuffix(".\($0.rawValue)") }) else {
        return nil
      }
      self = format
    }
  }

  /// The headings above days.
  private static let dayHeadings: Set<String> = ["Date", "Due", "Fulfilled"]

  /// What to write where, for people.
  public var hint: String {
    let dates = "Write days as 2018-06-29."
    return switch self {
    case .delegation: "One row for each member. The example may go; so may columns that are not needed."
    case .meetings: "One row for each meeting; `;` parts participants. \(dates)"
    case .commitments: "One row for each commitment; `Fulfilled` stays empty until then. \(dates)"
    }
  }

  /// The file that people fill in.
  public func write(as format: Format, to sink: any ByteSink) throws(RenderingError) {
    do {
      switch format {
      case .csv: try sink.write(csv)
      case .xlsx: try workbook().withUnsafeBufferPointer { bytes throws(ByteSinkError) in try sink.write(bytes) }
      }
    } catch let error as WorkbookError {
      throw .workbook(error)
    } catch let error as ByteSinkError {
      throw .sink(error)
    } catch {
      preconditionFailure("nothing else fails: \(error)")
    }
  }

  private func workbook() throws(WorkbookError) -> [UInt8] {
    let dayColumns = Set(rows[0].indices.filter { ImportTemplate.dayHeadings.contains(rows[0][$0]) })
    let workbook = try WorkbookWriter()
    let sheet = try workbook.addSheet(rawValue, headings: rows[0], dayColumns: dayColumns)
    for row in rows.dropFirst() {
      try sheet.append(row.enumerated().map { dayColumns.contains($0) && !$1.isEmpty ? .day($1) : .text($1) })
    }
    return try workbook.finish()
  }

  private var csv: String {
    rows.map { row in row.map { ImportTemplate.field($0) }.joined(separator: ",") + "\n" }.joined()
  }

  private static func field(_ text: String) -> String {
    text.contains { ",\"\n".contains($0) } ? "\"\(text.replacing("\"", with: "\"\""))\"" : text
  }
}
