internal import Datalog
internal import Engine
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
}
