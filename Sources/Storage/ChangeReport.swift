/// What a change did.
public struct ChangeReport: Hashable, Sendable {
  /// What a change did to the facts of one predicate.
  public struct Facts: Hashable, Sendable {
    public let name: String
    /// Facts that were not there before.
    public internal(set) var asserted = 0
    /// Facts that were there already, with the same sources.
    public internal(set) var known = 0
    /// Facts that were there already and are now stated by further sources.
    public internal(set) var gainedSources = 0
    /// Facts that were there already, with the same passages, and are now stated by further files.
    public internal(set) var gainedOrigins = 0
    public internal(set) var retracted = 0
    /// Facts that a file states no longer and another still does.
    public internal(set) var lostOrigins = 0
    /// Facts that have the sources again that they had before a change that was reversed.
    public internal(set) var resourced = 0

    init(name: String) { self.name = name }
  }

  /// The change's number; nil when it changed nothing and left no trace.
  public internal(set) var changeID: Int?
  /// The predicates that were asserted or retracted, in the order in which they first were.
  public internal(set) var perPredicate: [Facts] = []
  /// Source files whose rules and constraints are now others.
  public internal(set) var clausesReplaced = 0
  /// Predicates that are new.
  public internal(set) var declared = 0
  /// Predicates that are declared no longer.
  public internal(set) var ended = 0
  /// Facts that were removed from the past.
  public internal(set) var forgotten = 0
}

extension ChangeReport {
  var asserted: Int { perPredicate.reduce(0) { $0 + $1.asserted } }
  var retracted: Int { perPredicate.reduce(0) { $0 + $1.retracted } }

  /// Whether nothing was changed.
  var isEmpty: Bool { stepCount == 0 }

  /// Whether anything was changed since an earlier state of the report.
  func hasMore(than earlier: ChangeReport) -> Bool { stepCount > earlier.stepCount }

  /// How much was changed.
  private var stepCount: Int {
    perPredicate.reduce(clausesReplaced + declared + ended + forgotten) { count, facts in
      count + facts.asserted + facts.retracted + facts.resourced + facts.gainedSources + facts.gainedOrigins
        + facts.lostOrigins
    }
  }
}

/// Why a change was not made: the file is as before.
public enum ChangeError<Failure: Error>: Error {
  /// The file could not be changed.
  case storage(StorageError)
  /// The closure gave up.
  case body(Failure)
}
