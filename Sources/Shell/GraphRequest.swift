import Datalog
public import StudyVisits

/// What is asked of a graph, at the prompt and by `visitlog graph` in the same words.
public struct GraphRequest {
  /// A file, a view or a question.
  public private(set) var subject: String?
  public var options = GraphOptions()
  private var layout = GraphLayout()
  var format: GraphFormat?
  public internal(set) var output: String?
  /// Whether tables are for a spreadsheet program.
  public var isForSpreadsheets = false

  /// An option that cannot be as it was given, in a sentence.
  public struct Fault: Error {
    public let description: String
  }

  /// An option with a value.
  public enum Option: String, CaseIterable {
    case format, output, from, hops, top, rankdir, engine
  }

  public init() {}

  /// Reads what follows `.graph`: the subject and options, in any order.
  init(_ text: String) throws(Fault) {
    var words = text.writtenWords[...]
    var rest: [String] = []
    while let written = words.popFirst() {
      guard written.hasPrefix("--") else {
        rest.append(written)
        continue
      }
      let word = written.withoutQuotes
      let parts = word.dropFirst(2).split(separator: "=", maxSplits: 1).map(String.init)
      let name = parts.first ?? ""
      if name == "evidence", parts.count == 1 {
        options.hasEvidence = true
        continue
      }
      if name == "excel", parts.count == 1 {
        isForSpreadsheets = true
        continue
      }
      guard let option = Option(rawValue: name) else {
        let known = Diagnostic.list(GraphRequest.optionNames, "and")
        throw Fault(description: "`.graph` has no option `\(word)`; it has \(known)")
      }
      guard let value = parts.dropFirst().first ?? words.popFirst()?.withoutQuotes else {
        throw Fault(description: "`--\(name)` takes a value")
      }
      try set(option, to: value)
    }
    // The quotation marks of a question are its own.
    let isQuotedWhole = rest.count == 1 && rest[0].hasPrefix("\"")
    subject = rest.isEmpty ? nil : isQuotedWhole ? rest[0].withoutQuotes : rest.joined(separator: " ")
    try check()
  }

  /// Throws where options do not go with each other.
  public func check() throws(Fault) {
    if format == nil, let output, let ending = GraphFormat.ending(of: output), GraphFormat(endingOf: output) == nil {
      let known = Diagnostic.list(GraphFormat.allCases.map(\.rawValue), "or")
      throw Fault(description: "no format is known by the ending `.\(ending)`: `--format` names one of \(known)")
    }
    if isForSpreadsheets, !writtenFormat.isTable {
      throw Fault(description: "`--excel` goes with `--format csv` and `--format csv-nodes`")
    }
  }

  public mutating func set(_ option: Option, to value: String) throws(Fault) {
    switch option {
    case .format: format = try choice(of: option, value)
    case .output: output = value
    case .from: options.origin = value
    case .hops: options.hops = try number(option, value)
    case .top: options.top = try number(option, value)
    case .rankdir: layout.direction = try choice(of: option, value)
    case .engine: layout.engine = try choice(of: option, value)
    }
  }

  private func choice<Choice: RawRepresentable & CaseIterable>(
    of option: Option,
    _ value: String
  ) throws(Fault) -> Choice where Choice.RawValue == String {
    if let choice = Choice.allCases.first(where: { $0.rawValue.lowercased() == value.lowercased() }) { return choice }
    let known = Diagnostic.list(Choice.allCases.map(\.rawValue), "or")
    throw Fault(description: "`--\(option.rawValue)` takes \(known); found `\(value)`")
  }

  private func number(_ option: Option, _ value: String) throws(Fault) -> Int {
    if let number = Int(value), number > 0 { return number }
    throw Fault(description: "`--\(option.rawValue)` takes a number from 1 on; found `\(value)`")
  }

  // MARK: Completion

  static let optionNames = Option.allCases.map { "--\($0.rawValue)" } + ["--evidence", "--excel"]

  /// What an option may be, where that can be listed.
  static func values(of option: String) -> [String] {
    switch Option(rawValue: String(option.drop { $0 == "-" })) {
    case .format: GraphFormat.allCases.map(\.rawValue)
    case .rankdir: GraphLayout.Direction.allCases.map(\.rawValue)
    case .engine: GraphLayout.Engine.allCases.map(\.rawValue)
    case .output, .from, .hops, .top, nil: []
    }
  }

  // MARK: Writing

  /// As told, else as the file's ending has it.
  public var writtenFormat: GraphFormat { format ?? output.flatMap { GraphFormat(endingOf: $0) } ?? .dot }

  /// What there is to say before a graph is written.
  public func remarks(on graph: Graph) -> [String] {
    if graph.nodes.isEmpty { return ["the graph is empty"] }
    guard writtenFormat.isDrawn, layout.engine == nil, layout.settled(for: graph).engine != nil else { return [] }
    return [
      "the graph has more than \(GraphLayout.rankedCount) nodes or edges, so `sfdp` lays it out; `--top` and `--from` draw "
        + "less of it"
    ]
  }

  /// Writes a graph to the file that was named, else to `sink`.
  public func write(
    _ graph: Graph,
    to sink: any ByteSink,
    isCancelled: @escaping () -> Bool
  ) throws(KnowledgeBaseError) {
    if let output {
      return try graph.write(
        as: writtenFormat,
        layout,
        isForSpreadsheets: isForSpreadsheets,
        toFile: output,
        isCancelled: isCancelled
      )
    }
    do {
      try graph.write(
        as: writtenFormat,
        layout,
        isForSpreadsheets: isForSpreadsheets,
        to: sink,
        isCancelled: isCancelled
      )
    } catch {
      throw KnowledgeBaseError(error, path: "standard output")
    }
  }

  /// The shipped views, a line each.
  public static var viewList: String {
    let width = GraphView.all.map(\.name.count).max() ?? 0
    return GraphView.all.map { view in
      view.name + String(repeating: " ", count: width - view.name.count + 2) + view.summary
    }.joined(separator: "\n")
  }
}
