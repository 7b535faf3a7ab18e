import StudyVisits

extension Prompt {
  /// What can stand at a place of an entry, which is given in bytes.
  public func completion(of entry: [UInt8], at cursor: Int) -> Completion {
    // `.open` puts another knowledge base in the place of the first.
    let known = vocabulary.flatMap { $0.isOf(knowledgeBase) ? $0 : nil }
    let vocabulary = known ?? Vocabulary(of: knowledgeBase, options: options)
    self.vocabulary = vocabulary
    return EntryCompleter(vocabulary: vocabulary, home: environment["HOME"]).completion(of: entry, cursor: cursor)
  }
}
