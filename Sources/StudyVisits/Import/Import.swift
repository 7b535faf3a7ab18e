internal import Datalog
internal import Engine
internal import Planning
internal import Storage

#if canImport(Glibc)
  import Glibc
#endif

/// A file compared with a knowledge base: what it would bring, ready to be stored once somebody has accepted the report.
public struct Import {
  public let report: ImportReport
  /// Everything that is to be stated, as a text of the language.
  private let text: String
  private let origin: String
  private let path: String
  /// What is violated already, by other facts.
  private var tolerated: [Violation] = []
  private let file: String
  private let settings: ImportSettings
  private let options: RunOptions

  /// Reads a file and compares what it says with the knowledge base at `path`, or with an empty one of the vocabulary
  /// of study visits where there is no such file. Nothing is stored.
  public init(
    _ file: String,
    settings: ImportSettings = ImportSettings(),
    into path: String,
    options: RunOptions
  ) throws(KnowledgeBaseError) {
    (self.file, self.settings, self.path, self.options) = (file, settings, path, options)
    let watch = RowWatch(options)
    let map = try settings.map.map { path throws(KnowledgeBaseError) in try ColumnMap(file: path) }
    let reader = try ImportFormat.reader(of: file, settings, map, options, watch)
    if SourceFile.areSame(file, path) {
      throw .importing(ImportFault(file, "this is the knowledge base that it would be imported into"))
    }
    origin = SourceText(name: settings.document ?? file, text: "").clauseFile
    let stored = !SourceFile.exists(path) ? nil : try StoredFacts.open(path, mode: .read)
    let knowledgeBase = KnowledgeBase(
      .file(path),
      texts: try Import.holdsAnything(stored) ? stored?.texts() ?? [] : ShippedSeeds.rules,
      stored: stored,
      values: stored?.values ?? Values(base: SymbolBase.none)
    )
    let known = try knowledgeBase.compile([], dialect: .file, mode: .load, options: options)
    let declared = known.program
    if let map, let mapFile = settings.map { try map.check(CompletionSchema(declared), file: mapFile) }
    var data = ImportedData(file: file)
    try reader.read(CompletionSchema(declared), into: &data)
    try options.checkCancellation()
    let clauses = known.text.clauses
    for (name, text) in data.clauses.sorted(by: { $0.key < $1.key }) where clauses[name] != text {
      data.problems.append(ImportProblem(name, "rules and constraints of another knowledge base are not taken"))
    }
    let needed = data.declarations.filter { declared.ordinaryPredicate($0.predicate) == nil }.map(\.text)
    let header = needed.joined(separator: "\n") + "\n"
    let source = SourceText(name: origin, text: header)
    let setting = ImportPlan.Setting(
      compilation: try knowledgeBase.compile([(source, nil)], dialect: .file, mode: .load, options: options),
      stored: stored,
      origin: origin,
      document: settings.document,
      decisions: (map?.decisions ?? [:]).merging(settings.decisions) { $1 }
    )
    var plan = try ImportPlan(data, setting)
    try plan.state(watch)
    if plan.report.changesAnything {
      let attempt = try Import.attempt(header + plan.text, origin, path, mode: .read, options, watch)
      let found = try attempt.violations(warn: { _ in })
      if !found.isEmpty {
        tolerated = try knowledgeBase.violations(options: options, warn: { _ in })
        var diagnosis = RecordDiagnosis(data.records, plan.statedValues) {
          [tolerated, origin, path] (records) throws(KnowledgeBaseError) in
          try options.checkCancellation()
          var part = data
          part.records = records
          var plan = try ImportPlan(part, setting)
          try plan.state(watch)
          let attempt = try Import.attempt(header + plan.text, origin, path, mode: .read, options, watch)
          return try attempt.violations(warn: { _ in }).filter { violation in
            !tolerated.contains { $0.includes(violation) }
          }
        }
        do throws(KnowledgeBaseError) {
          try diagnosis.diagnose()
        } catch {
          // What is taken back may be what others rest on: the report says what would be, and storing says why not.
          guard case .violated = error, plan.report.undoes else { throw error }
        }
        if !diagnosis.problems.isEmpty {
          data.records = diagnosis.sound
          data.problems += diagnosis.problems
          plan = try ImportPlan(data, setting)
          try plan.state(watch)
        }
      }
    }
    text = header + plan.text
    report = plan.report
  }

  /// The same with what somebody says of the names that are to be decided.
  ///
  /// - Parameter ask: puts a question; `nil` is no answer.
  public func deciding(_ ask: (UndecidedName) -> String?) throws(KnowledgeBaseError) -> Import {
    var settings = settings
    for name in report.undecided {
      guard let answer = ask(name) else { break }
      settings.decisions[name.name] = name.decision(for: answer)
    }
    guard settings.decisions != self.settings.decisions else { return self }
    return try Import(file, settings: settings, into: path, options: options)
  }

  /// Stores everything in one change; what the file stated before and states no longer is taken back.
  public func store(note: ChangeNote) throws(KnowledgeBaseError) -> LoadReport {
    let watch = RowWatch(options)
    while true {
      let attempt = try Import.attempt(text, origin, path, mode: .create, options, watch)
      try options.checkCancellation()
      let violations = try attempt.violations(warn: { _ in }).filter { violation in
        !tolerated.contains { $0.includes(violation) }
      }
      if !violations.isEmpty { throw .violated(violations) }
      if let changes = try attempt.commit(note: note) {
        return LoadReport(violations: [], changes: changes, path: path)
      }
    }
  }

  /// Whether a change has been made; where one was interrupted, there may be a file without any.
  private static func holdsAnything(_ stored: StoredFacts?) throws(KnowledgeBaseError) -> Bool {
    guard let stored else { return false }
    return try stored.translated { () throws(StorageError) in try stored.store.newestChange() } > 0
  }

  private static func attempt(
    _ text: String,
    _ origin: String,
    _ path: String,
    mode: Store.Mode,
    _ options: RunOptions,
    _ watch: RowWatch
  ) throws(KnowledgeBaseError) -> LoadAttempt {
    let stored = SourceFile.exists(path) ? try StoredFacts.open(path, mode: mode) : nil
    let sources = (try holdsAnything(stored) ? [] : ShippedSeeds.rules) + [SourceText(name: origin, text: text)]
    return try LoadAttempt(
      sources.map { ($0, nil) },
      stored: stored,
      path: path,
      replaces: true,
      options: options,
      watch
    )
  }
}

extension SourceFile {
  /// Whether two paths lead to one file.
  fileprivate static func areSame(_ a: String, _ b: String) -> Bool {
    var (first, second) = (stat(), stat())
    return stat(a, &first) == 0 && stat(b, &second) == 0 && first.st_dev == second.st_dev
      && first.st_ino == second.st_ino
  }
}
