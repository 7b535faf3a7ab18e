internal import Datalog
internal import Engine
internal import Planning

extension KnowledgeBase {
  /// What another knowledge base holds and this one does not, with `+`, and the other way round, with `-`: declarations,
  /// facts without regard to their sources, rules and constraints.
  public func difference(to other: KnowledgeBase, options: RunOptions) throws(KnowledgeBaseError) -> Answer {
    let here = try compile([], dialect: .file, mode: .run, options: options)
    let there = try other.compile([], dialect: .file, mode: .run, options: options)
    var lines: [(kind: String, what: String)] = []
    func compare(_ left: Set<String>, _ right: Set<String>) {
      let changed = left.subtracting(right).map { ("-", $0) } + right.subtracting(left).map { ("+", $0) }
      lines += changed.sorted { ($0.1, $0.0) < ($1.1, $1.0) }
    }
    compare(here.declarations, there.declarations)
    let names = Set((here.program.predicates + there.program.predicates).filter { $0.kind == .ordinary }.map(\.name))
    for name in names.sorted() { compare(try here.factTexts(of: name), try there.factTexts(of: name)) }
    compare(try clauseTexts(options: options), try other.clauseTexts(options: options))
    let values = Values()
    return Answer(
      columns: ["change", "what"].map { Answer.Column(name: $0, type: .symbol) },
      rowCount: lines.count,
      words: lines.flatMap { [values.symbols.intern($0.kind), values.symbols.intern($0.what)] },
      values: values
    )
  }

  private func clauseTexts(options: RunOptions) throws(KnowledgeBaseError) -> Set<String> {
    Set(try clauses(of: nil, options: options).map(\.text))
  }
}

extension Compilation {
  fileprivate var declarations: Set<String> {
    Set(program.predicates.filter { $0.kind == .ordinary }.map(\.declarationText))
  }

  fileprivate func factTexts(of name: String) throws(KnowledgeBaseError) -> Set<String> {
    guard let predicate = program.predicates.first(where: { $0.name == name && $0.kind == .ordinary }) else {
      return []
    }
    let types = predicate.columns.map(\.type.wordType)
    let relation = Relation(types: types, context: EvaluationContext(values: values))
    do {
      try facts.load(predicate, of: program, into: relation)
    } catch {
      throw self.error(error)
    }
    guard !types.isEmpty else { return relation.count > 0 ? [name] : [] }
    let words = relation.words()
    let texts = stride(from: 0, to: words.count, by: types.count).map { start in
      let row = zip(words[start..<(start + types.count)], types).map { values.constant($0, $1).literalText }
      return "\(name)(\(row.joined(separator: ", ")))"
    }
    return Set(texts)
  }
}

extension Predicate {
  /// As it is declared.
  var declarationText: String {
    let keys = keys.map { key in " key(\(key.map { columns[$0].name }.joined(separator: ", ")))" }
    return ".decl \(name)(\(columns.map { "\($0.name): \($0.type.rawValue)" }.joined(separator: ", ")))\(keys.joined())"
  }
}
