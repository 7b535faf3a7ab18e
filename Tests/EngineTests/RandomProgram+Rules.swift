import Datalog

extension RandomProgram {
  /// Writes one predicate (or two that need each other) over the relations below it, and makes it known.
  mutating func writeLayer(_ name: String) {
    switch random.number(in: 1...100) {
    case 1...30: writeJoin(name)
    case 31...40: writeCycle(name)
    case 41...55: writeClosure(name)
    case 56...61: writeSameGeneration(name)
    case 62...67: writeMutualRecursion(name)
    case 68...71: writeCounter(name)
    case 72...80: writeBodyAggregate(name)
    case 81...89: writeHeadAggregate(name)
    case 90...96: writeShortestPaths(name)
    default: writeLabels(name)
    }
  }

  /// Makes a predicate known to later layers; some are declared, some have facts beside their rules.
  private mutating func finish(_ name: String, _ types: [ValueType], mayHaveFacts: Bool = true) {
    let relation = RandomRelation(name: name, types: types, isDeclared: random.happens(25))
    if relation.isDeclared { declarations.append(relation.declaration) }
    if mayHaveFacts, random.happens(12) { addFact(of: relation) }
    relations.append(relation)
  }

  /// A relation that can be walked along two columns of one type.
  private mutating func pickEdge() -> (relation: RandomRelation, from: Int, to: Int, type: ValueType) {
    let relation = random.pick(relations.filter { !$0.edges.isEmpty })
    let edge = random.pick(relation.edges)
    return (relation, edge.from, edge.to, relation.columns[edge.from].type)
  }

  /// The atom that walks from one variable to another.
  private func step(_ edge: (relation: RandomRelation, from: Int, to: Int, type: ValueType), _ a: String, _ b: String)
    -> LiteralText
  {
    edge.relation.atom([edge.from: a, edge.to: b])
  }

  /// Some literals over variables that the rest of the body binds.
  private mutating func filters(over variables: [String], _ type: ValueType, percent: Int) -> [LiteralText] {
    guard random.happens(percent) else { return [] }
    let a = random.pick(variables)
    let b = random.pick(variables)
    let lower = relations.filter { $0.columns.contains { $0.type == type } }
    if random.happens(40), let relation = lower.randomElement(using: &random) {
      let column = random.pick(relation.columns.indices.filter { relation.columns[$0].type == type })
      guard case .plain(let atom) = relation.atom([column: a]) else { return [] }
      return [.plain((random.happens(60) ? "not " : "") + atom)]
    }
    let other = a == b || random.happens(40) ? constant(type) : b
    return [.plain("\(a) \(random.pick(["!=", "!=", "<", "<=", ">", ">="])) \(other)")]
  }

  // MARK: Rules without recursion

  private mutating func writeJoin(_ name: String) {
    var body = RandomBody(self)
    body.addAtoms(random.number(in: 1...4))
    body.addFilters(body.program.random.number(in: 0...3))
    random = body.program.random
    var head: [String] = []
    var types: [ValueType] = []
    for _ in 0..<random.number(in: 0...5) {
      guard let variable = body.variables.randomElement(using: &random) else { break }
      body.program.random = random
      head.append(random.happens(15) ? body.expression(variable.type, depth: 1) : variable.name)
      random = body.program.random
      types.append(variable.type)
    }
    if random.happens(20), let variable = body.variables.first {
      add(headText(name, head), headText("\(name)b", [variable.name]), body: body.literals)
      finish("\(name)b", [variable.type])
    } else {
      add(headText(name, head), body: body.literals)
    }
    if random.happens(40) { writeAlternative(name, types) }
    finish(name, types)
  }

  /// Another rule for a head of known types.
  private mutating func writeAlternative(_ name: String, _ types: [ValueType]) {
    var body = RandomBody(self)
    body.addAtoms(random.number(in: 1...3))
    body.addFilters(body.program.random.number(in: 0...1))
    random = body.program.random
    let head = types.map { body.pick($0) ?? constant($0) }
    random = body.program.random
    add(headText(name, head), body: body.literals)
  }

  private func headText(_ name: String, _ arguments: [String]) -> String {
    arguments.isEmpty ? name : "\(name)(\(arguments.joined(separator: ", ")))"
  }

  /// A triangle, or a cycle of four, perhaps over several relations of one type.
  private mutating func writeCycle(_ name: String) {
    let first = pickEdge()
    let corners = random.pick([["X", "Y", "Z"], ["X", "Y", "Z"], ["X", "Y", "Z", "W"]])
    var body: [LiteralText] = []
    for (index, corner) in corners.enumerated() {
      var edge = first
      if random.happens(40) {
        let other = pickEdge()
        if other.type == first.type { edge = other }
      }
      let next = corners[(index + 1) % corners.count]
      body.append(random.happens(25) ? step(edge, next, corner) : step(edge, corner, next))
    }
    body += filters(over: corners, first.type, percent: 50)
    let head = Array(corners.prefix(random.number(in: 1...corners.count)))
    if random.happens(25) {
      add("\(name)(count(\(corners.joined(separator: ", "))))", body: body)
      finish(name, [.number], mayHaveFacts: false)
    } else {
      add(headText(name, head), body: body)
      finish(name, head.map { _ in first.type })
    }
  }

  // MARK: Recursion

  private mutating func writeClosure(_ name: String) {
    let edge = pickEdge()
    let start = filters(over: ["X", "Y"], edge.type, percent: 30)
    let further = filters(over: ["X", "Y", "Z"], edge.type, percent: 40)
    let carries = random.happens(25)
    let mark = carries ? constant(.symbol) : ""
    let (extra, carried) = carries ? (", \(mark)", ", T") : ("", "")
    add("\(name)(X, Y\(extra))", body: [step(edge, "X", "Y")] + start)
    let left = LiteralText.plain("\(name)(X, Y\(carried))")
    let right = LiteralText.plain("\(name)(Y, Z\(carried))")
    let body =
      switch random.number(in: 1...3) {
      case 1: [left, step(edge, "Y", "Z")]
      case 2: [step(edge, "X", "Y"), right]
      default: [left, right]
      }
    add("\(name)(X, Z\(carried))", body: body + further)
    finish(name, [edge.type, edge.type] + (carries ? [.symbol] : []))
  }

  private mutating func writeSameGeneration(_ name: String) {
    let edge = pickEdge()
    add(
      "\(name)(X, Y)",
      body: [step(edge, "P", "X"), step(edge, "P", "Y")] + filters(over: ["X", "Y"], edge.type, percent: 60)
    )
    let body = [step(edge, "A", "X"), .plain("\(name)(A, B)"), step(edge, "B", "Y")]
    add("\(name)(X, Y)", body: body + filters(over: ["X", "Y", "A", "B"], edge.type, percent: 20))
    finish(name, [edge.type, edge.type])
  }

  private mutating func writeMutualRecursion(_ name: String) {
    let edge = pickEdge()
    let odd = "\(name)b"
    if random.happens(50) {
      add("\(name)(X)", body: [step(edge, "X", "_")] + filters(over: ["X"], edge.type, percent: 60))
      add("\(odd)(Y)", body: [.plain("\(name)(X)"), step(edge, "X", "Y")])
      add(
        "\(name)(Y)",
        body: [.plain("\(odd)(X)"), step(edge, "X", "Y")] + filters(over: ["X", "Y"], edge.type, percent: 40)
      )
      finish(odd, [edge.type])
      finish(name, [edge.type])
    } else {
      add("\(odd)(X, Y)", body: [step(edge, "X", "Y")])
      add("\(name)(X, Z)", body: [.plain("\(odd)(X, Y)"), step(edge, "Y", "Z")])
      add(
        RuleText(
          heads: ["\(odd)(X, Z)"],
          body: [[.plain("\(name)(X, Y)"), step(edge, "Y", "Z")], [.plain("\(name)(Z, X)"), step(edge, "X", "Y")]]
        )
      )
      finish(odd, [edge.type, edge.type])
      finish(name, [edge.type, edge.type])
    }
  }

  /// Recursion that computes, guarded by a comparison.
  private mutating func writeCounter(_ name: String) {
    let edge = pickEdge()
    let bound = random.number(in: 2...5)
    add("\(name)(X, 0)", body: [step(edge, "X", "_")] + filters(over: ["X"], edge.type, percent: 50))
    let body = [.plain("\(name)(X, N)"), step(edge, "X", "Y"), .plain("N < \(bound)")]
    add("\(name)(Y, \(random.pick(["N + 1", "max(N, 1) * 2"])))", body: body)
    finish(name, [edge.type, .number], mayHaveFacts: false)
  }

  // MARK: Aggregates

  private mutating func writeBodyAggregate(_ name: String) {
    var body = RandomBody(self)
    body.addAtoms(1)
    let (aggregate, type) = aggregateLiteral(in: &body, depth: random.number(in: 0...1))
    body.add(aggregate)
    body.addFilters(body.program.random.number(in: 0...1))
    random = body.program.random
    let others = Array(body.variables.filter { $0.name.hasPrefix("X") }.prefix(random.number(in: 0...3)))
    add(headText(name, others.map(\.name) + ["N0"]), body: body.literals)
    finish(name, others.map(\.type) + [type])
  }

  /// `N = sum E : { … }` over variables of its own and those in sight; at depth 1 with another aggregate inside.
  private mutating func aggregateLiteral(in body: inout RandomBody, depth: Int, level: Int = 0) -> (
    LiteralText, ValueType
  ) {
    var alternatives: [[LiteralText]] = []
    var common: [RandomBody.Variable] = []
    for branch in 0..<(body.program.random.happens(15) ? 2 : 1) {
      var braces = RandomBody(body.program, prefix: branch == 0 ? "Y\(level)" : "Z\(level)", outer: body.variables)
      braces.addAtoms(braces.program.random.number(in: 1...2))
      braces.addFilters(braces.program.random.number(in: 0...1))
      if depth > 0, branch == 0 {
        let (inner, type) = aggregateLiteral(in: &braces, depth: depth - 1, level: level + 1)
        braces.add(inner)
        if type == .number { braces.add(.plain("N\(level + 1) \(braces.program.random.pick([">", "<", "!="])) 1")) }
      }
      common = branch == 0 ? braces.variables + body.variables : body.variables
      alternatives.append(braces.literals)
      body.program.random = braces.program.random
    }
    let candidates = common
    var function = body.program.random.pick(["count", "count", "sum", "min", "max", "mean", "list"])
    let value = candidates.randomElement(using: &body.program.random)
    let isNumeric = value?.type == .number || value?.type == .float
    if value == nil || ["sum", "mean"].contains(function) && !isNumeric { function = "count" }
    var start = "N\(level) = \(function)"
    var type = ValueType.number
    if let value, function != "count" || body.program.random.happens(40) {
      start += " \(value.name)"
      type =
        ["sum": value.type, "min": value.type, "max": value.type, "mean": .float, "list": .symbol][function] ?? .number
    }
    return (.aggregate(start + " : ", alternatives), type)
  }

  private mutating func writeHeadAggregate(_ name: String) {
    var body = RandomBody(self)
    body.addAtoms(random.number(in: 1...3))
    body.addFilters(body.program.random.number(in: 0...2))
    random = body.program.random
    guard !body.variables.isEmpty else { return writeCycle(name) }
    let groups = Array(body.variables.shuffled(using: &random).prefix(random.number(in: 0...2)))
    var head = groups.map(\.name)
    var types = groups.map(\.type)
    for _ in 0..<random.number(in: 1...2) {
      let value = random.pick(body.variables)
      let other = random.pick(body.variables)
      let isNumeric = value.type == .number || value.type == .float
      switch random.pick(isNumeric ? ["count", "sum", "min", "max", "mean", "list"] : ["count", "min", "max", "list"]) {
      case "count":
        head.append(random.happens(50) ? "count(\(value.name))" : "count(\(value.name), \(other.name))")
        types.append(.number)
      case "sum":
        head.append(random.happens(50) ? "sum(\(value.name))" : "sum(\(value.name), \(other.name))")
        types.append(value.type)
      case "mean":
        head.append("mean(\(value.name), \(other.name))")
        types.append(.float)
      case "list":
        head.append("list(\(value.name))")
        types.append(.symbol)
      case let extreme:
        head.append("\(extreme)(\(value.name))")
        types.append(value.type)
      }
    }
    let place = random.number(in: 0...(head.count - 1))
    head.swapAt(place, head.count - 1)
    types.swapAt(place, head.count - 1)
    add(headText(name, head), body: body.literals)
    finish(name, types)
  }

  /// Recursive `min` by `+`, or recursive `max` of the narrowest edge of a path.
  private mutating func writeShortestPaths(_ name: String) {
    let edge = pickEdge()
    let weightColumn = edge.relation.columns.indices.first {
      $0 != edge.from && $0 != edge.to && edge.relation.columns[$0].type == .number
    }
    func weighted(_ a: String, _ b: String) -> LiteralText {
      var terms = [edge.from: a, edge.to: b]
      if let weightColumn { terms[weightColumn] = "W" }
      return edge.relation.atom(terms)
    }
    // A computed column may hold negative weights, with which a descent has no end.
    let isSafe = weightColumn == nil || edge.relation.name.hasPrefix("e")
    let weight = weightColumn == nil ? "1" : "W"
    let (function, combined) = isSafe && random.happens(60) ? ("min", "D + \(weight)") : ("max", "min(D, \(weight))")
    let limit: [LiteralText] = function == "min" && random.happens(30) ? [.plain("D < 6")] : []
    if random.happens(40) {
      add(
        "\(name)(Y, \(function)(\(weight)))",
        body: [weighted("X", "Y")] + filters(over: ["X"], edge.type, percent: 70)
      )
      add("\(name)(Y, \(function)(\(combined)))", body: [.plain("\(name)(X, D)"), weighted("X", "Y")] + limit)
      finish(name, [edge.type, .number], mayHaveFacts: false)
    } else {
      add("\(name)(X, Y, \(function)(\(weight)))", body: [weighted("X", "Y")])
      let body = [.plain("\(name)(X, Y, D)"), weighted("Y", "Z")] + limit
      add("\(name)(X, Z, \(function)(\(combined)))", body: body + filters(over: ["X", "Z"], edge.type, percent: 30))
      finish(name, [edge.type, edge.type, .number], mayHaveFacts: false)
    }
  }

  /// The least or greatest node that reaches each node.
  private mutating func writeLabels(_ name: String) {
    let edge = pickEdge()
    let function = random.pick(["min", "max"])
    add("\(name)(X, \(function)(X))", body: [step(edge, "X", "_")])
    add("\(name)(Y, \(function)(L))", body: [.plain("\(name)(X, L)"), step(edge, "X", "Y")])
    finish(name, [edge.type, edge.type])
  }
}
