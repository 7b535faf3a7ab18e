internal import Datalog
public import Engine
internal import Planning
internal import Seeds
internal import Storage

/// Organisations, people, visits, meetings and what was agreed, as facts with sources; asked, checked and added to.
///
/// The one place where the stages meet: text is parsed and checked with what the knowledge base holds, planned and
/// evaluated on its facts. Not for two threads at once.
public final class KnowledgeBase {
  public enum Location: Hashable, Sendable {
    case file(String)
    /// The study visit that ships with the program, in memory.
    case shipped
    /// Nothing but what a run brings.
    case nothing
  }

  public let location: Location
  /// What is looked back to; `nil` is now.
  public let moment: Moment?
  /// The dictionaries of the words in answers.
  public private(set) var values: Values
  private(set) var stored: StoredFacts?
  /// What every program starts from: the stored or shipped texts.
  private(set) var base: ProgramText
  /// Rules and, without a file, facts typed in this sitting.
  var sitting: [SourceText] = []
  /// Facts taken back in this sitting, without a file.
  let removals = Removals()
  private(set) var kept: KeptWork
  /// What was answered since anything changed.
  let answers = AnswerCache()
  /// Names of entities that were looked up since anything changed.
  let naming = KnownNames()

  /// Opens what `location` names; a file must exist.
  public static func open(_ location: Location) throws(KnowledgeBaseError) -> KnowledgeBase {
    switch location {
    case .nothing: return KnowledgeBase(location, texts: [], stored: nil, values: Values())
    case .shipped: return KnowledgeBase(location, texts: ShippedSeeds.texts, stored: nil, values: Values())
    case .file(let path):
      let stored = try StoredFacts.open(path, mode: .read)
      return KnowledgeBase(location, texts: try stored.texts(), stored: stored, values: stored.values)
    }
  }

  /// Opens a file as it was known at a moment: its facts, sources, rules, constraints and declarations of then.
  public static func open(_ location: Location, asOf moment: Moment?) throws(KnowledgeBaseError) -> KnowledgeBase {
    guard let moment else { return try open(location) }
    guard case .file(let path) = location else { throw .history(.hasNoPast) }
    let change = try StoredFacts.open(path, mode: .read).lastChange(before: moment)
    return try open(path, asOf: change, moment)
  }

  /// - Parameter change: the last one that is seen.
  static func open(_ path: String, asOf change: Int, _ moment: Moment?) throws(KnowledgeBaseError) -> KnowledgeBase {
    let stored = try StoredFacts.open(path, asOf: change)
    return KnowledgeBase(
      .file(path),
      texts: try stored.texts(),
      stored: stored,
      values: stored.values,
      moment: moment
    )
  }

  init(
    _ location: Location,
    texts: [SourceText],
    stored: StoredFacts?,
    values: Values,
    moment: Moment? = nil
  ) {
    self.location = location
    self.moment = moment
    self.values = values
    self.stored = stored
    base = ProgramText(stored: texts, values: values)
    kept = KeptWork(values: values)
  }

  /// Reads the file anew when somebody has changed it. Words given out before keep their own dictionaries.
  func refresh() throws(KnowledgeBaseError) {
    guard case .file(let path) = location, let current = stored, try current.isStale() else { return }
    try take(current.reopened(path))
    kept = KeptWork(values: values)
  }

  /// Does something on one state of the file, the newest: others may change it meanwhile, between two relations too.
  func onOneState<R>(
    _ body: () throws(KnowledgeBaseError) -> R
  ) throws(KnowledgeBaseError) -> R {
    while true {
      try refresh()
      guard let stored, try stored.translated({ () throws(StorageError) in try stored.store.beginReading() }) else {
        return try body()
      }
      defer { stored.store.endReading() }
      if try !stored.isStale() { return try body() }
    }
  }

  private func take(_ fresh: StoredFacts) throws(KnowledgeBaseError) {
    base = ProgramText(stored: try fresh.texts(), values: fresh.values)
    values = fresh.values
    stored = fresh
    answers.forgetAll()
  }

  /// Reads the file anew after a change whose facts are noted in what is kept.
  ///
  /// - Parameter isOnlyChange: asked when the file has been read: whether it has that change and no other.
  func refresh(
    afterOwnChangeOf path: String,
    isOnlyChange: () throws(KnowledgeBaseError) -> Bool
  ) throws(KnowledgeBaseError) {
    let (before, known) = (values, kept)
    let fresh = try StoredFacts.open(path, mode: .read, sharing: before)
    try take(fresh)
    kept = KeptWork(values: values)
    guard try isOnlyChange() else { return }
    // Words of the file stay; those that this sitting gave to further symbols may mean something else now.
    let own = before.symbols.baseCount..<before.symbols.count
    let firstChanged = own.map { Word($0) }.first { word in
      fresh.values.symbols.find(before.symbols.text(of: word)) != word
    }
    known.adopt(values, firstChanged: firstChanged)
    kept = known
  }

  /// Changes are made to what is known now.
  public func requirePresent() throws(KnowledgeBaseError) {
    if let moment { throw .history(.looksBack(to: moment.text)) }
  }

  /// What is open, for people.
  public var title: String {
    switch location {
    case .file(let path): path
    case .shipped: "the shipped study visit (in memory)"
    case .nothing: "no knowledge base"
    }
  }
}
