internal import Datalog

/// A predicate as completion shows it.
public struct KnownPredicate: Hashable, Sendable {
  public let name: String
  /// Each with its name and the name of its type.
  public let columns: [KnownColumn]
  /// Whether it has rules.
  public let isDerived: Bool
}

public struct KnownColumn: Hashable, Sendable {
  public let name: String
  public let type: String
}

/// A column of a predicate's facts.
struct ColumnPlace: Hashable, Sendable {
  let predicate: String
  let column: Int
}

/// Where the values of a column come from.
struct ColumnDomain: Hashable, Sendable {
  /// Columns of facts: its own and, where it is derived, those that its rules take values from.
  var columns: Set<ColumnPlace>
  /// What rules put there.
  var constants: Set<String> = []
  let type: ValueType
  /// The predicate of entities that has the column's name; its values fit where there are no facts yet.
  var namesake: String?
}

/// A predicate whose key is one symbol column: the values of that are entities.
struct EntityTable: Hashable, Sendable {
  let predicate: String
  let key: Int
  let name: Int?
  let kind: Int?
}

/// What a checked program tells of its predicates, as far as completion needs it.
struct CompletionSchema: Sendable {
  let predicates: [KnownPredicate]
  private let domains: [ColumnPlace: ColumnDomain]
  let entityTables: [EntityTable]
  /// The columns of `alias` that hold the entity and its other name.
  let aliases: (entity: Int, name: Int)?

  init(_ program: CheckedProgram) {
    let ordinary = program.predicates.filter { $0.kind == .ordinary }
    predicates = ordinary.map { predicate in
      KnownPredicate(
        name: predicate.name,
        columns: predicate.columns.map { KnownColumn(name: $0.name, type: $0.type.rawValue) },
        isDerived: predicate.isDerived
      )
    }
    entityTables = ordinary.compactMap { predicate in
      guard let key = predicate.entityColumns.first, predicate.keys.contains([key]) else { return nil }
      return EntityTable(
        predicate: predicate.name,
        key: key,
        name: predicate.columns.firstIndex { $0.name == "name" || $0.name == "title" },
        kind: predicate.columns.firstIndex { $0.name == "kind" }
      )
    }
    aliases = ordinary.first { $0.name == "alias" }.flatMap { alias in
      guard let entity = alias.columns.firstIndex(where: { $0.name == "entity" }),
        let name = alias.columns.firstIndex(where: { $0.name == "name" })
      else { return nil }
      return (entity, name)
    }
    domains = CompletionSchema.domains(of: program, entities: Set(entityTables.map(\.predicate)))
  }

  func domain(of place: ColumnPlace) -> ColumnDomain? { domains[place] }

  subscript(name: String) -> KnownPredicate? { predicates.first { $0.name == name } }

  /// Follows the variables of heads into bodies until nothing is added.
  private static func domains(of program: CheckedProgram, entities: Set<String>) -> [ColumnPlace: ColumnDomain] {
    var domains: [ColumnPlace: ColumnDomain] = [:]
    for predicate in program.predicates where predicate.kind == .ordinary {
      for (index, column) in predicate.columns.enumerated() {
        let place = ColumnPlace(predicate: predicate.name, column: index)
        let namesake = entities.contains(column.name) ? column.name : nil
        domains[place] = ColumnDomain(columns: [place], type: column.type, namesake: namesake)
      }
    }
    let flows = program.rules.flatMap { Flow.all(of: $0, in: program) }
    var isGrowing = true
    while isGrowing {
      isGrowing = false
      for flow in flows {
        guard var domain = domains[flow.target] else { continue }
        let before = domain
        switch flow.origin {
        case .constant(let text): domain.constants.insert(text)
        case .column(let origin):
          domain.columns.formUnion(domains[origin]?.columns ?? [])
          domain.constants.formUnion(domains[origin]?.constants ?? [])
        }
        guard domain != before else { continue }
        domains[flow.target] = domain
        isGrowing = true
      }
    }
    return domains
  }
}

/// A column of a head and something that a rule takes its values from.
private struct Flow {
  enum Origin {
    case constant(String)
    case column(ColumnPlace)
  }

  let target: ColumnPlace
  let origin: Origin

  static func all(of rule: Rule, in program: CheckedProgram) -> [Flow] {
    let head = program.predicates[rule.head.predicate.index]
    guard head.kind == .ordinary else { return [] }
    return rule.head.arguments.enumerated().flatMap { index, argument -> [Flow] in
      let target = ColumnPlace(predicate: head.name, column: index)
      switch argument {
      case .term(.constant(.symbol(let symbol))):
        return [Flow(target: target, origin: .constant(symbol.description))]
      case .term(.variable(let variable)):
        return origins(of: variable, in: rule.body, program).map { Flow(target: target, origin: $0) }
      case .measure(_, _, let ends) where head.columns[index].type == .symbol:
        return ends.flatMap { end -> [Flow] in
          guard case .variable(let variable) = end else { return [] }
          return origins(of: variable, in: rule.body, program).map { Flow(target: target, origin: $0) }
        }
      case .term(.constant), .term(.wildcard), .aggregate, .measure: return []
      }
    }
  }

  private static func origins(of variable: VariableID, in body: [Literal], _ program: CheckedProgram) -> [Origin] {
    body.flatMap { literal -> [Origin] in
      switch literal {
      case .atom(let atom, isNegated: false):
        let predicate = program.predicates[atom.predicate.index]
        guard predicate.kind == .ordinary else { return [] }
        return atom.arguments.indices.filter { atom.arguments[$0] == .variable(variable) }.map { column in
          .column(ColumnPlace(predicate: predicate.name, column: column))
        }
      case .comparison(.equal, .variable(variable), .constant(.symbol(let symbol)), span: _),
        .comparison(.equal, .constant(.symbol(let symbol)), .variable(variable), span: _):
        return [.constant(symbol.description)]
      case .atom, .comparison, .test, .sequence, .aggregate: return []
      }
    }
  }
}
