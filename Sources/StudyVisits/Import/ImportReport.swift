/// What an import would bring, and what it leaves out.
public struct ImportReport: Sendable {
  /// Facts of a predicate.
  struct Count: Sendable {
    var new = 0
    var changed = 0
    var unchanged = 0
    var takenBack = 0
  }

  let file: String
  let recognised: [String]
  let guess: (encoding: TextEncoding, line: String)?
  let recordCount: Int
  /// By predicate.
  var counts: [String: Count] = [:]
  /// Entities of the knowledge base that names led to, each in a line.
  var known: [String] = []
  /// What has an identifier of its own and is called like something known, each in a line.
  var alike: [String] = []
  /// Entities without identifiers that several records name, each in a line.
  var namesakes: [String] = []
  /// Names that come close to known ones: what bears them is left out until that is decided.
  public internal(set) var undecided: [UndecidedName] = []
  /// Whether a file of the same name was imported before that shares no record with this one.
  public internal(set) var isStranger = false
  public internal(set) var problems: [ImportProblem]

  /// Whether there is anything to store.
  public var changesAnything: Bool { counts.values.contains { $0.new + $0.changed + $0.takenBack > 0 } }

  /// How many facts the file stated before and states no longer.
  public var takenBackCount: Int { counts.values.reduce(0) { $0 + $1.takenBack } }

  /// Whether something of the file stays out.
  public var leavesOut: Bool { !problems.isEmpty || !undecided.isEmpty }

  /// Whether what was stored before would be undone.
  public var undoes: Bool { takenBackCount > 0 || isStranger }

  /// The encoding that the text was taken for, where it could as well be another.
  public var guessedEncoding: TextEncoding? { guess?.encoding }

  /// Whether no record could be read.
  public var isEmpty: Bool { counts.isEmpty }

  /// The report, in lines.
  public var text: String {
    var lines = ["\(file): \((recognised + [counted(recordCount, "record")]).joined(separator: ", "))"]
    if let guess { lines.append("  by the guessed encoding a line reads: \(guess.line.shortened)") }
    lines.append(line("new", \.new))
    for (title, path) in [("changed", \Count.changed), ("taken back", \.takenBack), ("unchanged", \.unchanged)]
    where counts.values.contains(where: { $0[keyPath: path] > 0 }) {
      lines.append(line(title, path))
    }
    if isStranger {
      lines.append("  another list bears this name, which shares no row with this one; `--document ID` keeps both")
    }
    list("to be decided, and left out until then:", undecided.map(\.line), into: &lines)
    list("known already by name; told of these:", known, into: &lines)
    list("called alike, but other than known ones:", alike, into: &lines)
    list("without identifiers, and named in several records:", namesakes, into: &lines)
    list("left out:", problems.map(\.description), into: &lines)
    return lines.map { $0.terminalText + "\n" }.joined()
  }

  private func line(_ title: String, _ path: KeyPath<Count, Int>) -> String {
    let parts = counts.filter { $0.value[keyPath: path] > 0 }.sorted { $0.key < $1.key }.map {
      "\($0.value[keyPath: path]) \($0.key)"
    }
    return "  \(title): \(parts.isEmpty ? "nothing" : parts.joined(separator: ", "))"
  }

  private func list(_ title: String, _ items: [String], into lines: inout [String]) {
    guard !items.isEmpty else { return }
    lines.append("  \(title)")
    lines += items.prefix(ImportReport.shownCount).map { "    \($0)" }
    if items.count > ImportReport.shownCount { lines.append("    and \(items.count - ImportReport.shownCount) more") }
  }

  /// Chosen: more than anybody reads.
  private static let shownCount = 200
}
