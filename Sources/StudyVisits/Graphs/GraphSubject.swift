internal import Datalog
import Glibc
internal import GraphViews

/// What a graph is drawn of.
public enum GraphSubject: Sendable {
  case question(String)
  /// A file of rules and questions.
  case file(String)
  case view(GraphView)
}

/// A shipped file of rules for a graph.
public struct GraphView: Sendable {
  public let name: String

  private let source: GraphViews.Text

  /// All of them, by name.
  public static let all = GraphViews.texts.map(GraphView.init)

  private init(_ source: GraphViews.Text) {
    name = source.name
    self.source = source
  }

  /// What its first line says.
  public var summary: String {
    let line = source.bytes().prefix { $0 != UInt8(ascii: "\n") }
    return String(decoding: line.drop { $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: " ") }, as: UTF8.self)
  }

  var file: ShippedFile { ShippedFile(name, source.bytes()) }
}

extension GraphSubject {
  /// An existing file, else a shipped view, else a question.
  ///
  /// - Throws: `.unknown` for a single word that is no view, `.file` for the name of a query file that is not there.
  public init(_ text: String) throws(KnowledgeBaseError) {
    if SourceFile.isFile(text) {
      self = .file(text)
    } else if let view = GraphView.all.first(where: { $0.name == text }) {
      self = .view(view)
    } else if text.hasSuffix(".dl") {
      throw .file(FileError(path: text, operation: .read, code: ENOENT))
    } else if !text.isEmpty, text.allSatisfy({ $0.isLetter || $0.isNumber || "_-".contains($0) }) {
      let names = GraphView.all.map(\.name)
      let nearest = Datalog.nearest(to: text, among: names)
      throw .unknown("view", text, nearest: nearest.isEmpty ? names : nearest)
    } else {
      self = .question(text)
    }
  }
}

/// Which part of a graph is wanted, and what of it.
public struct GraphOptions: Hashable, Sendable {
  /// An entity, by identifier or name, whose neighbourhood alone is wanted.
  public var origin: String?
  /// How far the neighbourhood goes.
  public var hops = 1
  /// How many nodes there may be: those that most others are related to.
  public var top: Int?
  /// Whether nodes and edges tell what documents and passages they rest on.
  public var hasEvidence = false

  public init() {}
}

/// Why there is no graph.
public enum GraphFault: Error, Hashable, Sendable {
  /// The text has neither rules for a graph nor a question of two columns.
  case saysNothing(String)
  /// Entities that are known, but are no node.
  case isNoNode(String)
  /// Graphviz is not installed.
  case noGraphviz
  /// What Graphviz said.
  case graphviz(String)
  case tookTooLong(seconds: Int)
  /// The user wanted no drawing any more.
  case interrupted

  public var description: String {
    switch self {
    case .saysNothing(let name):
      "`\(name)` draws nothing: it needs rules for `edge(From, To, Label)` or `node(Id, Label, Kind)`, or a question of "
        + "two or more columns"
    case .isNoNode(let name): "`\(name)` is not in this graph, so it has no neighbourhood there"
    case .noGraphviz:
      "this format needs Graphviz, which is not installed: `apt-get install graphviz` (Debian), or `--format dot`"
    case .graphviz(let text): "Graphviz: \(text)"
    case .interrupted: "drawing was interrupted"
    case .tookTooLong(let seconds):
      "Graphviz did not lay the graph out within \(seconds) seconds; `--top 100` draws less of it, `--format dot` writes it"
    }
  }
}
