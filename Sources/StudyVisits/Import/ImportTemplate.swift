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

  /// What to write where, for people.
  public var hint: String {
    let dates = "Write days as 2018-06-29."
    return switch self {
    case .delegation: "One row for each member. The example may go; so may columns that are not needed."
    case .meetings: "One row for each meeting; `;` parts participants. \(dates)"
    case .commitments: "One row for each commitment; `Fulfilled` stays empty until then. \(dates)"
    }
  }

  /// As CSV.
  public var csv: String {
    rows.map { row in row.map { ImportTemplate.field($0) }.joined(separator: ",") + "\n" }.joined()
  }

  private static func field(_ text: String) -> String {
    text.contains { ",\"\n".contains($0) } ? "\"\(text.replacing("\"", with: "\"\""))\"" : text
  }
}
