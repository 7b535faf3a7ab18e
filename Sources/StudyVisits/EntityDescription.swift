internal import Datalog

/// Everything that facts say about one entity.
public struct EntityDescription: Sendable {
  /// One fact, seen from the entity.
  public struct Mention: Sendable {
    public let predicate: String
    /// The columns that the entity stands in.
    public let roles: [String]
    /// The other columns, in order.
    public let others: [(column: String, value: String, name: String?)]
    /// `document:passage`, or the document alone.
    public let sources: [String]
  }

  public let identifier: String
  public let name: String?
  public let mentions: [Mention]

  /// For a terminal: a heading, then a line for each fact, in the order of the predicates.
  ///
  ///     egov_uz  e-Government Center
  ///       part_of  part  whole: mitc_uz (Ministry of Information Technologies)  [osce_jp_2018:4]
  public var text: String {
    var columns = TextColumns(figures: [])
    for mention in mentions {
      let others = mention.others.map { column, value, name in
        "\(column): \(value)" + (name.map { " (\($0))" } ?? "")
      }
      let sources = mention.sources.isEmpty ? [] : ["[\(mention.sources.joined(separator: ", "))]"]
      let said = (others.isEmpty ? [] : [others.joined(separator: ", ")]) + sources
      columns.append(mention.predicate, mention.roles.joined(separator: ", "), said.joined(separator: "  "))
    }
    let heading = [identifier, name].compactMap { $0?.terminalText }.joined(separator: "  ")
    return heading + "\n" + columns.text(indent: "  ")
  }
}
