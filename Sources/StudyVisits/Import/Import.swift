internal import Datalog
internal import Engine
internal import Planning
internal import Storage

/// A file compared with a knowledge base: what it would bring, ready to be stored once somebody has accepted the report.
public struct Import: Sendable {
  public let report: ImportReport
  /// Everything that is to be stated, as a text of the language.
  private let text: String
  private let file: String
  private let path: String

  /// Reads a file and compares what it says with the knowledge base at `path`, or with an empty one of the vocabulary
  /// of study visits where there is no such file. Nothing is stored.
  public init(
    _ file: String,
    settings: ImportSettings = ImportSettings(),
    into path: String,
    options: RunOptions
  ) throws(KnowledgeBaseError) {
    let reader = try ImportFormat.reader(of: file, settings)
    try self.init(reader, file, into: path, options: options)
  }

  init(
    _ reader: any ImportReader,
    _ file: String,
    into path: String,
    options: RunOptions
  ) throws(KnowledgeBaseError) {
    self.file = file
    self.path = path
    let stored = !SourceFile.exists(path) ? nil : try StoredFacts.open(path, mode: .read)
    let knowledgeBase = KnowledgeBase(
      .file(path),
      texts: try stored?.texts() ?? ShippedSeeds.rules,
      stored: stored,
      values: stored?.values ?? Values(base: SymbolBase.none)
    )
    let declared = try knowledgeBase.compile([], dialect: .file, mode: .load, options: options).program
    let bytes = try KnowledgeBase.contents(of: file)
    var data = ImportedData(file: file)
    try reader.read(bytes, CompletionSchema(declared), into: &data)
    let needed = data.declarations.filter { declared.ordinaryPredicate($0.predicate) == nil }.map(\.text)
    let header = needed.joined(separator: "\n")
    let source = SourceText(name: file, text: header)
    let compilation = try knowledgeBase.compile([(source, nil)], dialect: .file, mode: .load, options: options)
    var plan = try ImportPlan(data, compilation, stored: stored)
    try plan.state(options)
    text = header + "\n" + plan.text
    report = plan.report
    guard report.changesAnything else { return }
    let violations = try attempt(options).violations(warn: { _ in })
    if !violations.isEmpty { throw .violated(violations) }
  }

  /// Stores everything in one change; what the file stated before and states no longer is taken back.
  public func store(note: ChangeNote, options: RunOptions) throws(KnowledgeBaseError) -> LoadReport {
    while true {
      let attempt = try attempt(options)
      let violations = try attempt.violations(warn: { _ in })
      if !violations.isEmpty { throw .violated(violations) }
      if let changes = try attempt.commit(note: note) {
        return LoadReport(violations: [], changes: changes, path: path)
      }
    }
  }

  private func attempt(_ options: RunOptions) throws(KnowledgeBaseError) -> LoadAttempt {
    let exists = SourceFile.exists(path)
    let sources = (exists ? [] : ShippedSeeds.rules) + [SourceText(name: file, text: text)]
    return try LoadAttempt(
      sources.map { ($0, nil) },
      stored: exists ? try StoredFacts.open(path, mode: .create) : nil,
      path: path,
      replaces: true,
      options: options
    )
  }
}
