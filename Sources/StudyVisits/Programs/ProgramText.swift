internal import Datalog
internal import Engine

/// Parsed sources, with what they include, and the plain facts in them.
struct ProgramText {
  private(set) var texts: [SourceText] = []
  private(set) var trees: [SyntaxTree] = []
  /// One for each tree.
  private(set) var collectors: [FactCollector] = []
  private(set) var diagnostics: [Diagnostic] = []
  /// Sources that the knowledge base holds.
  private(set) var storedSources: Set<SourceID> = []
  /// Where the texts may read and write.
  private(set) var reach: FileReach
  private let values: Values
  private var included: Set<String> = []

  /// The texts that a knowledge base holds.
  init(stored texts: [SourceText], values: Values) {
    self.values = values
    reach = FileReach(.nowhere)
    for text in texts { addStored(text) }
  }

  /// Says where the sources that follow may read and write.
  mutating func reach(_ options: RunOptions) {
    let folders = [options.factsFolder, options.outputFolder].compactMap { $0 }
    reach = FileReach(options.fileAccess, folders: folders)
  }

  /// Parses a source that the knowledge base holds.
  mutating func addStored(_ text: SourceText) {
    storedSources.insert(SourceID(texts.count))
    parse(text, dialect: .file)
  }

  /// Parses a source and, one after the other, the files that it includes.
  ///
  /// - Parameter path: where the source was read, for included paths; `nil` resolves them against the current folder.
  mutating func add(_ text: SourceText, path: String?, dialect: Dialect) {
    reach.add(folderOf: path)
    if let path { included.insert(SourceFile.canonicalPath(path)) }
    add(text, path: path, dialect: dialect, chain: path.map { [SourceFile.canonicalPath($0)] } ?? [])
  }

  private mutating func add(
    _ text: SourceText,
    path: String?,
    dialect: Dialect = .file,
    chain: [String]
  ) {
    let tree = parse(text, dialect: dialect)
    for case .directive(let directive) in tree.clauses {
      guard case .include(let target, let span) = directive.kind else { continue }
      let shipped = ShippedFile(included: target, by: path, access: reach.access)
      let file = shipped?.path ?? SourceFile.resolve(target, besides: path)
      let canonical = SourceFile.canonicalPath(file)
      if shipped == nil, let fault = reach.fault(of: file, written: target, at: span) {
        diagnostics.append(fault)
      } else if chain.contains(canonical) {
        diagnostics.append(.includeCycle(chain + [canonical], at: span))
      } else if included.insert(canonical).inserted {
        do throws(FileError) {
          let text = if let shipped { shipped.text } else { try SourceFile.read(file) }
          add(text, path: file, chain: chain + [canonical])
        } catch {
          diagnostics.append(.unreadableInclude(error, at: span))
        }
      }
    }
  }

  @discardableResult
  private mutating func parse(_ text: SourceText, dialect: Dialect) -> SyntaxTree {
    let collector = FactCollector(values: values)
    let id = SourceID(texts.count)
    let tree = SyntaxTree(parsing: text, as: id, dialect: dialect, into: collector, diagnostics: &diagnostics)
    texts.append(text)
    trees.append(tree)
    collectors.append(collector)
    return tree
  }

  /// Gives the predicates that the sources derive, which the knowledge base does not hold, names that no text can write, so
  /// that they have nothing to do with others of the same name.
  mutating func makePrivate(to owner: String) {
    let own = trees.indices.filter { !storedSources.contains(trees[$0].source) }
    let names = Set(own.flatMap { trees[$0].derivedPredicates })
    let others = Dictionary(uniqueKeysWithValues: names.map { ($0, ProgramText.name($0, privateTo: owner)) })
    for place in own { trees[place] = trees[place].renaming(others) }
  }

  static func name(_ name: String, privateTo owner: String) -> String { "\(owner):\(name)" }

  /// The name under which a source's rules are kept, and by which it states its facts.
  func origin(of source: SourceID) -> String { texts[source.index].clauseFile }

  /// The sources that the knowledge base does not hold.
  var ownSources: [SourceID] { trees.map(\.source).filter { !storedSources.contains($0) } }

  /// What `.param` directives give, later ones before earlier ones.
  var parameters: [String: Constant] {
    var result: [String: Constant] = [:]
    for tree in trees {
      for case .directive(let directive) in tree.clauses {
        guard case .parameter(let name, let value) = directive.kind else { continue }
        switch value.kind {
        case .constant(let constant): result[name.text] = constant
        case .year(let year): result[name.text] = .number(Int64(year))
        case .variable, .wildcard, .parameter, .call, .unary, .binary, .aggregate: break
        }
      }
    }
    return result
  }

  /// `.limit` settings in the order of the text.
  var limits: [(name: Name, value: Name)] {
    var settings: [(name: Name, value: Name)] = []
    for directive in directives {
      if case .limit(let given) = directive.kind { settings += given }
    }
    return settings
  }

  var hasInputs: Bool {
    directives.contains { if case .input = $0.kind { true } else { false } }
  }

  /// All directives of sources that the knowledge base does not hold.
  var directives: [DirectiveSyntax] {
    trees.filter { !storedSources.contains($0.source) }.flatMap { tree in
      tree.clauses.compactMap { if case .directive(let directive) = $0 { directive } else { nil } }
    }
  }
}

extension Diagnostic {
  static func unreadableInclude(_ error: FileError, at span: Span) -> Diagnostic {
    Diagnostic(.unreadableInclude, at: span, error.description, help: "a path is relative to the file that names it")
  }

  static func includeCycle(_ chain: [String], at span: Span) -> Diagnostic {
    Diagnostic(
      .includeCycle,
      at: span,
      "this file includes itself: \(chain.map { "`\($0)`" }.joined(separator: " → "))",
      help: "take one of the `.include` lines out"
    )
  }
}
