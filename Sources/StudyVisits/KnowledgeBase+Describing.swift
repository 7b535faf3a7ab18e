internal import Datalog
public import Engine
internal import Planning

/// A predicate as a schema lists it.
public struct SchemaEntry: Sendable {
  public let name: String
  public let columnNames: [String]
  let declaration: String
  /// How many facts it has, and whether it is derived.
  public let note: String

  /// The declaration, and what is known of the predicate in a comment.
  public var text: String { "\(declaration)  % \(note)" }
}

extension KnowledgeBase {
  /// The declared and derived predicates, by name, with how many facts each has.
  public func schema(options: RunOptions) throws(KnowledgeBaseError) -> [SchemaEntry] {
    let compilation = try compile([], dialect: .file, mode: .run, options: options)
    var entries: [SchemaEntry] = []
    for predicate in compilation.program.predicates.sorted(by: { $0.name < $1.name }) where predicate.kind == .ordinary
    {
      let count = try factCount(of: predicate, in: compilation)
      let facts = count > 0 || !predicate.isDerived ? ["\(count) \(count == 1 ? "fact" : "facts")"] : []
      let note = facts + (predicate.isDerived ? ["derived"] : [])
      entries.append(
        SchemaEntry(
          name: predicate.name,
          columnNames: predicate.columns.map(\.name),
          declaration: predicate.declarationText,
          note: note.joined(separator: ", ")
        )
      )
    }
    return entries
  }

  private func factCount(of predicate: Predicate, in compilation: Compilation) throws(KnowledgeBaseError) -> Int {
    let relation = Relation(types: predicate.columns.map(\.type.wordType), context: EvaluationContext(values: values))
    do {
      if let count = try compilation.facts.count(of: predicate) { return count }
      try compilation.facts.load(predicate, of: compilation.program, into: relation)
    } catch {
      throw compilation.error(error)
    }
    return relation.count
  }

  /// How a graph shows values: entities by name, with their kind.
  public func graphNodes(options: RunOptions) throws(KnowledgeBaseError) -> (Word, WordType) -> GraphNode {
    let compilation = try compile([], dialect: .file, mode: .run, options: options)
    var nodes: [Word: GraphNode] = [:]
    for predicate in compilation.program.predicates where predicate.kind == .ordinary {
      guard let key = predicate.entityColumns.first, predicate.keys.contains([key]) else { continue }
      let name = predicate.columns.firstIndex { $0.name == "name" || $0.name == "title" }
      let kind = predicate.columns.firstIndex { $0.name == "kind" }
      let relation = Relation(types: predicate.columns.map(\.type.wordType), context: EvaluationContext(values: values))
      do {
        try compilation.facts.load(predicate, of: compilation.program, into: relation)
      } catch {
        throw compilation.error(error)
      }
      let words = relation.sortedWords()
      for start in stride(from: 0, to: words.count, by: predicate.columns.count) {
        let word = words[start + key]
        guard nodes[word] == nil else { continue }
        let label = values.symbols[words[start + (name ?? key)]]
        nodes[word] = GraphNode(label: label, kind: kind.map { values.symbols[words[start + $0]] } ?? predicate.name)
      }
    }
    return { [values] word, type in
      if type == .symbol, let node = nodes[word] { return node }
      return GraphNode(label: values.text(of: word, type))
    }
  }
}
