internal import Datalog
internal import Engine
internal import Planning

/// The names of the entities in the facts of one program: an entity is a value of a column that is a key by itself, and
/// its name what stands beside it in the column `name` or `title`.
///
/// Of large relations in the file only the facts are read whose entities are asked for, through the file's indexes; of
/// others all, once. What was found is kept.
final class NameRegister {
  /// A predicate that names its entities.
  private struct Entry {
    let predicate: Predicate
    let key: Int
    let name: Int
    /// Whether all its facts have been read.
    var isRead = false
    var names: [Word: String] = [:]
  }

  private let compilation: Compilation
  private var entries: [Entry]
  /// Words that have been looked up, with or without success.
  private var asked: Set<Word> = []

  init(_ compilation: Compilation) {
    self.compilation = compilation
    entries = compilation.program.predicates.filter { $0.kind == .ordinary }.compactMap { predicate in
      let keys = predicate.keys.filter { $0.count == 1 }.map { $0[0] }
      guard let key = keys.first(where: { predicate.columns[$0].type == .symbol }),
        let name = predicate.columns.firstIndex(where: { ["name", "title"].contains($0.name) && $0.type == .symbol })
      else { return nil }
      return Entry(predicate: predicate, key: key, name: name)
    }
  }

  var values: Values { compilation.values }

  /// The names of those of the words that have one; the first predicate of the program that names a word counts.
  func names(of words: Set<Word>) throws(KnowledgeBaseError) -> [Word: String] {
    let unknown = words.subtracting(asked)
    if !unknown.isEmpty {
      do {
        for place in entries.indices { try lookUp(unknown, in: &entries[place]) }
      } catch {
        throw compilation.error(error)
      }
      asked.formUnion(unknown)
    }
    var names: [Word: String] = [:]
    for word in words { names[word] = entries.lazy.compactMap { $0.names[word] }.first }
    return names
  }

  private func lookUp(_ words: Set<Word>, in entry: inout Entry) throws(RunError) {
    guard !entry.isRead else { return }
    let predicate = entry.predicate
    let relation = Relation(
      types: predicate.columns.map(\.type.wordType),
      context: EvaluationContext(values: values)
    )
    if try compilation.facts.selectiveColumns(of: predicate).contains(entry.key) {
      try compilation.facts.load(predicate, where: entry.key, isOneOf: words.sorted(), into: relation)
    } else {
      try compilation.facts.load(predicate, of: compilation.program, into: relation)
      entry.isRead = true
    }
    let facts = relation.words()
    for start in stride(from: 0, to: facts.count, by: predicate.columns.count) {
      let entity = facts[start + entry.key]
      guard entry.isRead || words.contains(entity) else { continue }
      let name = values.symbols[facts[start + entry.name]]
      // A name that says nothing more than the identifier is none; of two, which a key refuses, the lesser is shown.
      guard !name.isEmpty, name != values.symbols[entity] else { continue }
      entry.names[entity] = min(name, entry.names[entity] ?? name)
    }
  }
}

/// The names that are at hand while a knowledge base stays as it is.
final class KnownNames {
  /// Those of the program that is being run, where it has facts of its own.
  var running: NameRegister?
  private var settled: (names: NameRegister, generation: Int)?

  /// Those of the knowledge base by itself, made by `make` when anything has changed since.
  ///
  /// - Parameter generation: a number that is another after each change.
  func settled(
    _ generation: Int,
    _ values: Values,
    _ make: () throws(KnowledgeBaseError) -> NameRegister
  ) throws(KnowledgeBaseError) -> NameRegister {
    if let settled, settled.generation == generation, settled.names.values === values { return settled.names }
    let names = try make()
    settled = (names, generation)
    return names
  }
}
