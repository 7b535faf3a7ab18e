internal import Datalog
internal import Engine
internal import Planning

extension KnowledgeBase {
  /// The graph that a question, a file or a view draws.
  ///
  /// - Throws: as `ask` does; `.graph` where there is nothing to draw.
  public func graph(
    of subject: GraphSubject,
    _ wanted: GraphOptions,
    options: RunOptions,
    warn: (Findings) -> Void
  ) throws(KnowledgeBaseError) -> Graph {
    try onOneState { () throws(KnowledgeBaseError) in try draw(subject, wanted, options: options, warn: warn) }
  }

  private func draw(
    _ subject: GraphSubject,
    _ wanted: GraphOptions,
    options: RunOptions,
    warn: (Findings) -> Void
  ) throws(KnowledgeBaseError) -> Graph {
    var options = options
    options.tellsSources = wanted.hasEvidence
    let compilation: Compilation
    let title: String
    var owner: String?
    switch subject {
    case .question(let question):
      let text = SourceText(name: "<question>", bytes: Array(question.utf8))
      compilation = try compile([(text, nil)], dialect: .question, mode: .question, options: options)
      title = question
    case .file(let path):
      let files = try SourceFile.readAll([path])
      compilation = try compile(files, dialect: .file, mode: .run, options: options)
      title = path + compilation.given(options)
    case .view(let view):
      compilation = try compile(view, options: options)
      title = view.summary + compilation.given(options)
      owner = view.name
    }
    // What there is to say of a view's text is not for whoever asks for the view.
    if owner == nil { warn(compilation.warnings) }
    let predicates = try compilation.graphPredicates(privateTo: owner)
    let run = run(compilation, options: options, keeping: options.endsProcess ? nil : kept)
    do throws(RunError) {
      var builder = GraphBuilder(values)
      guard !predicates.isEmpty || !compilation.program.requests.isEmpty else {
        throw .knowledgeBase(.graph(.saysNothing(title)))
      }
      for (part, predicate) in predicates {
        try checkCancellation(options)
        let tuples = try wanted.hasEvidence ? sourcedAnswer(predicate, run, compilation) : run.answer(predicate)
        switch part {
        case .edge: builder.addEdges(tuples)
        case .node: builder.addNodes(tuples)
        case .cluster: builder.addClusters(tuples)
        case .member: builder.addMembers(tuples)
        }
      }
      for case .question(let question) in compilation.program.requests {
        let edges = try answer(question, run, compilation, options)
        guard edges.columns.count >= 2 else {
          throw .knowledgeBase(.rendering(.graphNeedsTwoColumns(found: edges.columns.count)))
        }
        try checkCancellation(options)
        builder.addEdges(edges)
      }
      warn(Findings(run.missingValueWarnings, in: compilation.text.texts))
      return try part(of: builder, titled: title, compilation, wanted, options)
    } catch {
      throw compilation.error(error)
    }
  }

  /// A view with entities for the names that its parameters were given; all of its symbols are entities.
  private func compile(_ view: GraphView, options: RunOptions) throws(KnowledgeBaseError) -> Compilation {
    func compiled(_ options: RunOptions) throws(KnowledgeBaseError) -> Compilation {
      try compile(
        [(view.file.text, view.file.path)],
        dialect: .file,
        mode: .run,
        privateTo: view.name,
        options: options
      )
    }
    let compilation = try compiled(options)
    var settled = options
    for name in compilation.usedParameters.sorted() {
      guard case .symbol(let symbol) = options.parameters[name], !symbol.description.isEmpty else { continue }
      do throws(RunError) {
        let words = try compilation.symbolsMeant(by: symbol.description)
        // What several are called is left as it is: they are all meant.
        if words.count == 1 { settled.parameters[name] = .symbol(Symbol(values.symbols[words[0]])) }
      } catch {
        throw compilation.error(error)
      }
    }
    return settled.parameters == options.parameters ? compilation : try compiled(settled)
  }

  private func checkCancellation(_ options: RunOptions) throws(RunError) {
    do throws(KnowledgeBaseError) { try options.checkCancellation() } catch { throw .knowledgeBase(error) }
  }

  /// The graph that was built, or the part of it that is wanted.
  private func part(
    of builder: GraphBuilder,
    titled title: String,
    _ compilation: Compilation,
    _ wanted: GraphOptions,
    _ options: RunOptions
  ) throws(RunError) -> Graph {
    try checkCancellation(options)
    let register = EntityCards(compilation)
    let cards = try register.cards(of: builder.symbols, withEvidence: wanted.hasEvidence)
    let documents = builder.documents.union(cards.values.flatMap(\.passages).map(\.document))
    var graph = builder.graph(titled: title, cards: cards, links: try register.documentLinks(documents))
    try checkCancellation(options)
    if let origin = wanted.origin {
      let words = try compilation.symbolsMeant(by: origin)
      let ids = Set(words.map { builder.id(of: GraphBuilder.Value(word: $0, type: .symbol)) })
      let starts = Set(graph.nodes.indices.filter { ids.contains(graph.nodes[$0].id) })
      guard !starts.isEmpty else { throw .knowledgeBase(.graph(.isNoNode(origin))) }
      graph = graph.neighbourhood(of: starts, hops: wanted.hops)
    }
    if let top = wanted.top { graph = graph.top(top) }
    return graph
  }
}

/// What a predicate of a file says of a graph.
private enum GraphPart: String, CaseIterable {
  case node, edge, cluster
  case member = "in_cluster"

  /// How its tuples are to be written.
  var form: String {
    switch self {
    case .node: "node(Id, Label, Kind)"
    case .edge: "edge(From, To, Label)"
    case .cluster: "cluster(Id, Name)"
    case .member: "in_cluster(Node, Cluster)"
    }
  }

  /// How many columns it has at least and at most.
  var columnCounts: ClosedRange<Int> {
    switch self {
    case .node: 1...Int.max
    case .edge: 2...Int.max
    case .cluster, .member: 2...2
    }
  }

  /// The columns that have to be symbols.
  var symbolColumns: [Int] {
    switch self {
    case .node: [1, 2]
    case .edge, .member: []
    case .cluster: [1]
    }
  }
}

extension Compilation {
  /// The names of the parameters that the run's own texts use.
  fileprivate var usedParameters: Set<String> {
    var used: Set<String> = []
    for source in text.ownSources {
      let written = String(decoding: text.texts[source.index].bytes, as: UTF8.self)
      used.formUnion(
        written.split(separator: "$").dropFirst().map { String($0.prefix { $0.isLetter || $0.isNumber || $0 == "_" }) }
      )
    }
    return used
  }

  /// The values of these parameters: with others another graph is drawn.
  fileprivate func given(_ options: RunOptions) -> String {
    let used = usedParameters
    let given = options.parameterTexts.filter { used.contains($0.name) }.map { "\($0.name) = \($0.value)" }
    return given.isEmpty ? "" : " (\(given.joined(separator: ", ")))"
  }

  /// What the run's own texts derive or state of a graph, nodes before what refers to them.
  fileprivate func graphPredicates(
    privateTo owner: String?
  ) throws(KnowledgeBaseError) -> [(GraphPart, PredicateID)] {
    let own = Set(text.ownSources)
    var found: [(GraphPart, PredicateID)] = []
    var faults: [Diagnostic] = []
    for part in GraphPart.allCases {
      let name = owner.map { ProgramText.name(part.rawValue, privateTo: $0) } ?? part.rawValue
      let index = program.predicates.firstIndex { $0.name == name && $0.kind == .ordinary }
      guard let index else { continue }
      let rule = program.rules.first { $0.head.predicate.index == index && own.contains($0.span.source) }
      guard rule != nil || plainFacts[name] != nil || program.predicates[index].isDeclaredHere else {
        continue
      }
      let columns = program.predicates[index].columns
      if let fault = fault(of: part, columns, at: rule?.span) { faults.append(fault) }
      found.append((part, PredicateID(index)))
    }
    guard faults.isEmpty else { throw .rejected(Findings(faults, in: text.texts)) }
    return found
  }

  private func fault(of part: GraphPart, _ columns: [Column], at span: Span?) -> Diagnostic? {
    guard part.columnCounts.contains(columns.count) else {
      let bound = part.columnCounts.lowerBound
      let wanted = part.columnCounts.upperBound == bound ? "\(bound)" : "at least \(bound)"
      return Diagnostic(
        .wrongArity,
        at: span,
        "`\(part.rawValue)` of a graph has \(wanted) columns; this one has \(columns.count)",
        help: "write it as `\(part.form)`"
      )
    }
    let wrong = part.symbolColumns.first { $0 < columns.count && columns[$0].type != .symbol }
    return wrong.map { column in
      Diagnostic(
        .wrongType,
        at: span,
        "column \(column + 1) of a graph's `\(part.rawValue)` is a symbol; this one is a \(columns[column].type)",
        help: "write it as `\(part.form)`; `to_string` makes a symbol of any value"
      )
    }
  }
}
