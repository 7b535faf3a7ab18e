internal import Engine
public import Storage

/// Changes, the newest last, each with what it did to facts, rules and declarations.
public struct ChangeHistory: Sendable {
  public enum Kind: String, Sendable {
    case stated = "+"
    case retracted = "-"
    /// Still there, with other sources or other words.
    case altered = "~"
  }

  /// Something that a change did.
  public struct Event: Hashable, Sendable {
    public let kind: Kind
    /// The fact, the declaration, or whose rules.
    public let what: String
    /// What the fact cites, or cited last.
    public let sources: String
  }

  public struct Entry: Sendable {
    public let change: StoredChange
    public internal(set) var events: [Event]

    /// The change's number.
    public var number: Int { change.id }
  }

  public internal(set) var entries: [Entry]

  public var isEmpty: Bool { entries.isEmpty }

  /// For people: a line for each change, below it what it did.
  ///
  ///     change 12  2026-05-04 17:02  Dilnoza  corrected
  ///       - part_of(egov_uz, mitc_uz)
  ///       + part_of(egov_uz, mdt_uz) @ letter:2
  public var text: String {
    entries.map { entry in
      "\(entry.change.heading)\n"
        + entry.events.map { event in
          "  \(event.kind.rawValue) \([event.what, event.sources].filter { !$0.isEmpty }.joined(separator: " ").terminalText)\n"
        }.joined()
    }.joined()
  }

  /// For programs: a row for each event.
  public var answer: Answer {
    let values = Values()
    func symbol(_ text: String) -> Word { values.symbols.intern(text) }
    let columns = ["change", "time", "author", "reason", "what", "fact", "sources"].map { name in
      Answer.Column(name: name, type: name == "change" ? .number : .symbol)
    }
    var words: [Word] = []
    for entry in entries {
      for event in entry.events {
        words.append(values.numbers.intern(Int64(entry.change.id)))
        words += [entry.change.time, entry.change.author ?? "", entry.change.reason ?? ""].map(symbol)
        words += [event.kind.rawValue, event.what, event.sources].map(symbol)
      }
    }
    return Answer(columns: columns, rowCount: words.count / columns.count, words: words, values: values)
  }
}

extension StoredChange {
  /// `change 12  2026-05-04 17:02  Dilnoza  corrected`
  public var heading: String {
    ["change \(id)", Moment.shown(time), author, reason].compactMap { $0?.terminalText }.joined(separator: "  ")
  }
}

extension [StoredChange] {
  /// For people: a line for each.
  public var text: String {
    var columns = TextColumns(figures: [0, 3, 4])
    for change in self {
      columns.append(
        String(change.id),
        Moment.shown(change.time),
        change.author ?? "",
        "+\(change.asserted)",
        "-\(change.retracted)",
        change.reason ?? ""
      )
    }
    return columns.text(indent: "")
  }
}
