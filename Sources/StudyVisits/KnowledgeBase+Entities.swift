internal import Datalog
internal import Engine
internal import Planning

extension KnowledgeBase {
  /// What every fact says about an entity, or any other symbol, given by identifier or by name.
  ///
  /// A name that several entities bear gives all of them; a text that nothing bears as it stands, the one entity that it
  /// fits without regard to case, accents, script and the order of words. From a file only the facts that hold the symbol
  /// are read, where an index finds them.
  public func descriptions(
    of text: String,
    options: RunOptions
  ) throws(KnowledgeBaseError) -> [EntityDescription] {
    let compilation = try compile([], dialect: .file, mode: .run, options: options)
    do {
      let words = try compilation.symbolsMeant(by: text, withNamesakes: true)
      var result: [EntityDescription] = []
      for word in words { result.append(try compilation.description(of: word)) }
      return result
    } catch let error as RunError {
      throw compilation.error(error)
    } catch let error as KnowledgeBaseError {
      throw error
    } catch {
      preconditionFailure("describing fails in one of the ways above: \(error)")
    }
  }
}

extension Compilation {
  /// A column of names beside that of the entities that bear them.
  struct Naming {
    let predicate: Predicate
    let entity: Int
    let name: Int
  }

  var namings: [Naming] {
    program.predicates.filter { $0.kind == .ordinary }.compactMap { predicate in
      predicate.roles.naming.map { Naming(predicate: predicate, entity: $0.entity, name: $0.name) }
    }
  }

  /// The entities that an identifier or name means, at least one: the one whose identifier it is, else those that bear
  /// it, else the one that it fits without regard to case, accents, script and the order of words.
  ///
  /// - Parameter withNamesakes: whether those that bear an identifier as their name are given behind it.
  func symbolsMeant(by text: String, withNamesakes: Bool = false) throws(RunError) -> [Word] {
    let words = try symbols(called: text, withNamesakes)
    guard words.isEmpty else { return words }
    let fitting = entities(fitting: text)
    guard fitting.count == 1, let word = values.symbols.find(fitting[0]) else {
      let nearest = fitting.isEmpty ? nearestSymbols(to: text) : fitting
      throw .knowledgeBase(.unknown("entity", text, nearest: nearest))
    }
    return [word]
  }

  /// The entity whose identifier it is, or those whose name or alias it is; without any, the symbol itself if facts hold
  /// it.
  private func symbols(called text: String, _ withNamesakes: Bool) throws(RunError) -> [Word] {
    guard let word = values.symbols.find(text) else { return [] }
    let isOwn = try isIdentifier(word)
    if isOwn, !withNamesakes { return [word] }
    let named = try entities(named: text).filter { $0 != word }
    if isOwn { return [word] + named }
    guard named.isEmpty else { return named }
    return try occurs(word) ? [word] : []
  }

  /// The entities whose name or alias a text is.
  func entities(named text: String) throws(RunError) -> [Word] {
    guard let word = values.symbols.find(text) else { return [] }
    var entities: [Word] = []
    for naming in namings {
      for fact in try facts.statements(of: naming.predicate, where: naming.name, is: word) {
        if !entities.contains(fact.tuple[naming.entity]) { entities.append(fact.tuple[naming.entity]) }
      }
    }
    return entities
  }

  /// The identifiers of the entities that a text fits as completion finds them.
  fileprivate func entities(fitting text: String) -> [String] {
    let index = IndexShelf.Subject.entities(of: nil).index(MemoryColumns(self), CompletionSchema(program))
    return index.fitting(text).map(\.text)
  }

  private func isIdentifier(_ word: Word) throws(RunError) -> Bool {
    for predicate in program.predicates where predicate.kind == .ordinary {
      for column in predicate.entityColumns where try !facts.statements(of: predicate, where: column, is: word).isEmpty
      {
        return true
      }
    }
    return false
  }

  private func occurs(_ word: Word) throws(RunError) -> Bool {
    for predicate in program.predicates where predicate.kind == .ordinary {
      for column in predicate.columns.indices where predicate.columns[column].type == .symbol {
        if try !facts.statements(of: predicate, where: column, is: word).isEmpty { return true }
      }
    }
    return false
  }

  fileprivate func description(of entity: Word) throws(KnowledgeBaseError) -> EntityDescription {
    var facts: [(predicate: Predicate, fact: FactBase.Statement)] = []
    do {
      for predicate in program.predicates where predicate.kind == .ordinary {
        var seen: Set<[Word]> = []
        for column in predicate.columns.indices where predicate.columns[column].type == .symbol {
          facts += try self.facts.statements(of: predicate, where: column, is: entity).filter { fact in
            seen.insert(fact.tuple).inserted
          }.map { (predicate, $0) }
        }
      }
    } catch {
      throw self.error(error)
    }
    var mentioned: Set<Word> = [entity]
    for (predicate, fact) in facts {
      for (word, column) in zip(fact.tuple, predicate.columns) where column.type == .symbol { mentioned.insert(word) }
    }
    let names = try NameRegister(self).names(of: mentioned)
    return EntityDescription(
      identifier: values.symbols[entity],
      name: names[entity],
      mentions: facts.map { mention($1, of: $0, entity, names) }
    )
  }

  private func mention(
    _ fact: FactBase.Statement,
    of predicate: Predicate,
    _ entity: Word,
    _ names: EntityNames
  ) -> EntityDescription.Mention {
    let isEntity = predicate.columns.indices.map { column in
      predicate.columns[column].type == .symbol && fact.tuple[column] == entity
    }
    let others = predicate.columns.indices.filter { !isEntity[$0] }.map { column in
      let type = predicate.columns[column].type.wordType
      let name = type == .symbol ? names[fact.tuple[column]] : nil
      return (column: predicate.columns[column].name, value: values.text(of: fact.tuple[column], type), name: name)
    }
    return EntityDescription.Mention(
      predicate: predicate.name,
      roles: predicate.columns.indices.filter { isEntity[$0] }.map { predicate.columns[$0].name },
      others: others,
      sources: fact.sources.map { source in
        let document = values.symbols[source.document]
        return source.passage < 0 ? document : "\(document):\(source.passage)"
      }
    )
  }

  fileprivate func nearestSymbols(to text: String) -> [String] {
    symbols.nearest(Symbol(text)).map(\.description)
  }
}
