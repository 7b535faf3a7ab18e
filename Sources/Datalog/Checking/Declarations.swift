/// The first pass: which predicates there are, and what their columns are called.
///
/// A predicate's columns come from its declaration, here or in the knowledge base; without one from the first fact or
/// rule of it, as `c1, c2, …`. Bodies define nothing.
struct Declarations {
  private(set) var table = PredicateTable()
  private(set) var faults: [Diagnostic] = []
  private let mode: CheckedProgram.Mode
  private let countFacts: (String) -> Int?
  /// Keys by name, to be resolved into places.
  private var stored: [String: StoredDeclaration] = [:]
  private var declaresAnything: Bool

  init(of trees: [SyntaxTree], mode: CheckedProgram.Mode, catalogue: Catalogue) {
    self.mode = mode
    countFacts = catalogue.countFacts
    declaresAnything = !catalogue.declarations.isEmpty
    for declaration in catalogue.declarations where stored[declaration.predicate] == nil {
      stored[declaration.predicate] = declaration
      addStored(declaration)
    }
    for tree in trees {
      for case .declaration(let declaration) in tree.clauses { declare(declaration) }
    }
    for tree in trees { define(by: tree) }
  }

  private mutating func addStored(_ declaration: StoredDeclaration) {
    guard !PredicateTable.isBuiltIn(declaration.predicate) else { return }
    let columns = declaration.columns.map { table.makeColumn($0.name, $0.type) }
    _ = table.add(
      PredicateTable.Entry(
        name: declaration.predicate,
        kind: .ordinary,
        columns: columns,
        keys: declaration.keys,
        isDeclared: true,
        mayBeStored: true
      )
    )
  }

  private mutating func declare(_ declaration: DeclarationSyntax) {
    declaresAnything = true
    let name = declaration.predicate
    if PredicateTable.tests[name.text] != nil || PredicateTable.isBuiltIn(name.text) {
      faults.append(.reservedPredicate(name))
      return
    }
    if let known = table[name.text], let first = table.entries[known].declaration {
      faults.append(.declaredTwice(name, first: first))
      return
    }
    let columns = checkedColumns(of: declaration)
    let keys = checkedKeys(of: declaration)
    if let known = table[name.text] {
      compare(declaration, columns: columns, keys: keys, with: known)
      return
    }
    let entries = zip(columns, declaration.columns).map { column, syntax in
      table.makeColumn(column.name, column.type, at: syntax.name.span.joined(syntax.type.span))
    }
    _ = table.add(
      PredicateTable.Entry(
        name: name.text,
        kind: .ordinary,
        columns: entries,
        keys: keys,
        isDeclared: true,
        isDeclaredHere: true,
        declaration: declaration.span,
        origin: name.span
      )
    )
  }

  /// The columns as far as they are right; an unknown type is left to inference, so that nothing else is said about it.
  private mutating func checkedColumns(of declaration: DeclarationSyntax) -> [(name: String, type: ValueType?)] {
    var seen: [String: Span] = [:]
    var columns: [(name: String, type: ValueType?)] = []
    for column in declaration.columns {
      if let first = seen[column.name.text] {
        faults.append(.columnDeclaredTwice(column.name, first: first))
      } else {
        seen[column.name.text] = column.name.span
      }
      let type = ValueType(rawValue: column.type.text)
      if type == nil { faults.append(.unknownType(column.type)) }
      columns.append((column.name.text, type))
    }
    return columns
  }

  private mutating func checkedKeys(of declaration: DeclarationSyntax) -> [[Int]] {
    var places: [String: Int] = [:]
    for (place, column) in declaration.columns.enumerated() where places[column.name.text] == nil {
      places[column.name.text] = place
    }
    let columns = declaration.columns.map(\.name.text)
    return declaration.keys.map { key in
      var key: [Int] = key.compactMap { name in
        if let place = places[name.text] { return place }
        faults.append(.unknownColumn(name, of: declaration.predicate.text, columns: columns))
        return nil
      }
      key.sort()
      var distinct: [Int] = []
      for place in key where distinct.last != place { distinct.append(place) }
      return distinct
    }
  }

  /// A declaration of a predicate that the knowledge base declares: word for word it may be repeated in a file.
  private mutating func compare(
    _ declaration: DeclarationSyntax,
    columns: [(name: String, type: ValueType?)],
    keys: [[Int]],
    with known: Int
  ) {
    guard let stored = stored[declaration.predicate.text] else { return }
    let isEqual =
      stored.columns.elementsEqual(columns) { $0.name == $1.name && ($1.type == nil || $0.type == $1.type) }
      && Set(stored.keys.map { $0.sorted() }) == Set(keys)
    if !isEqual {
      faults.append(.declarationDiffers(declaration, stored: stored, factCount: countFacts(stored.predicate)))
    } else if mode == .prompt || mode == .question {
      faults.append(.declaredAlready(declaration.predicate))
    }
    table.update(known) {
      $0.declaration = declaration.span
      $0.isDeclaredHere = true
    }
  }

  /// Notes what the facts, rules and inputs of a source define.
  private mutating func define(by tree: SyntaxTree) {
    for summary in tree.facts {
      guard let entry = define(summary.predicate, columnCount: summary.arity, as: .fact) else { continue }
      table.update(entry) { $0.hasFacts = true }
    }
    for clause in tree.clauses {
      switch clause {
      case .fact(let fact):
        if let entry = define(fact.atom.predicate, columnCount: fact.atom.arguments.count, as: .fact) {
          table.update(entry) { $0.hasFacts = true }
        }
      case .rule(let rule):
        for head in rule.heads {
          guard let entry = define(head.predicate, columnCount: head.withColumnsOfMeasures.arguments.count, as: .rule)
          else { continue }
          table.update(entry) { $0.hasRules = true }
        }
      case .directive(let directive):
        if case .input(let predicate, _, _) = directive.kind { noteInput(predicate) }
      case .declaration, .constraint, .question, .retraction: break
      }
    }
  }

  private enum Origin { case fact, rule }

  private mutating func define(_ name: Name, columnCount: Int, as origin: Origin) -> Int? {
    if PredicateTable.isBuiltIn(name.text) {
      faults.append(.reservedPredicate(name))
      return nil
    }
    if let known = table[name.text] {
      noteIfUndeclared(name, known, origin)
      return known
    }
    let columns = (0..<columnCount).map { table.makeColumn("c\($0 + 1)", nil) }
    let entry = table.add(
      PredicateTable.Entry(name: name.text, kind: .ordinary, columns: columns, origin: name.span)
    )
    noteIfUndeclared(name, entry, origin)
    return entry
  }

  /// In a load and at the prompt, once anything is declared, facts are of declared predicates; said once for each.
  private mutating func noteIfUndeclared(_ name: Name, _ entry: Int, _ origin: Origin) {
    guard mode == .load || mode == .prompt, declaresAnything, origin == .fact else { return }
    let known = table.entries[entry]
    guard !known.isDeclared, !known.hasFacts else { return }
    let declared = table.entries.filter(\.isDeclared).map(\.name)
    faults.append(.undeclaredFact(name, nearest: nearest(to: name.text, among: declared)))
  }

  private mutating func noteInput(_ predicate: Name) {
    guard let entry = table[predicate.text], table.entries[entry].isDeclared else {
      let declared = table.entries.filter(\.isDeclared).map(\.name)
      faults.append(.inputNotDeclared(predicate, nearest: nearest(to: predicate.text, among: declared)))
      return
    }
    table.update(entry) { $0.mayBeStored = true }
  }
}
