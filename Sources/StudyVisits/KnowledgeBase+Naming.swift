internal import Datalog
public import Engine

/// What entities are called, by the words of their identifiers.
public typealias EntityNames = [Word: String]

extension KnowledgeBase {
  /// The names of the entities in an answer; what has none, and what is no entity, is not there.
  ///
  /// While a run gives out its answers they are named by its own facts too.
  public func names(of answer: Answer, options: RunOptions) throws(KnowledgeBaseError) -> EntityNames {
    var words: Set<Word> = []
    let symbols = answer.columns.indices.filter { answer.columns[$0].type == .symbol }
    for row in 0..<answer.rowCount {
      for column in symbols { words.insert(answer.word(row, column)) }
    }
    guard !words.isEmpty else { return [:] }
    let naming = try nameRegister(options: options)
    guard naming.values !== answer.values else { return try naming.names(of: words) }
    // The file was read anew since: its words may be others, but texts stay what they are.
    var given: [Word: Word] = [:]
    for word in words {
      if let current = naming.values.symbols.find(answer.values.symbols.text(of: word)) { given[word] = current }
    }
    let names = try naming.names(of: Set(given.values))
    return given.compactMapValues { names[$0] }
  }

  /// The names of those of the words, which are symbols of `values`, that are entities with a name.
  public func names(of words: Set<Word>, options: RunOptions) throws(KnowledgeBaseError) -> EntityNames {
    try words.isEmpty ? [:] : nameRegister(options: options).names(of: words)
  }

  private func nameRegister(options: RunOptions) throws(KnowledgeBaseError) -> NameRegister {
    if let running = naming.running { return running }
    return try naming.settled(answers.generation, values) { () throws(KnowledgeBaseError) in
      var options = options
      options.explanation = nil
      // Not read anew where somebody else has changed the file: an answer may be on its way that is of the words at hand.
      var text = base
      for source in sitting { text.addStored(source) }
      let compilation = try Compilation(
        text,
        mode: .run,
        stored: stored,
        removals: removals,
        values: values,
        options: options
      )
      return NameRegister(compilation)
    }
  }
}
