/// The graphs of a head with a measure, one for each group of arcs, and the tuples that the measure gives for them.
///
/// Nodes are numbered in the order of their values, on which sums of scores depend: the same tuples give the same scores.
struct MeasuredGraphs: ~Copyable {
  private let head: MeasuredHead
  private let context: EvaluationContext
  /// The arcs with their groups, row after row, a group's one after the other.
  private let rows: [Word]
  private let width: Int
  /// All nodes, by value.
  private let nodes: [Word]
  /// By word the node's place in `nodes`.
  private let places: ZeroedMemory<UInt32>
  /// By place the node's number in the graph at hand and one; 0 where it is not in it.
  private let numbers: ZeroedMemory<UInt32>
  /// What the head's columns take.
  private var columns: [[Word]]

  init(_ head: MeasuredHead, _ tuples: Relation, context: EvaluationContext) throws(EvaluationError) {
    self.head = head
    self.context = context
    width = tuples.arity
    let from = width - 2
    rows = from == 0 ? tuples.words() : tuples.sortedWords(order: (0..<from).map { ($0, false) })
    let ends = Relation(types: [tuples.types[from]], context: context)
    for place in from..<width {
      let column = stride(from: place, to: rows.count, by: width).map { [rows] in rows[$0] }
      ends.load(rowCount: column.count, columns: [column])
    }
    nodes = ends.sortedWords()
    places = ZeroedMemory(count: context.domain(of: tuples.types[from]) + 1, account: context.account)
    numbers = ZeroedMemory(count: nodes.count + 1, account: context.account)
    columns = Array(repeating: [], count: head.columns.count)
    try context.poll()
    for (place, word) in nodes.enumerated() { places.base[Int(word)] = UInt32(truncatingIfNeeded: place) }
  }

  /// Adds what the measure gives to the head's relation.
  consuming func finish(into relation: Relation) throws(EvaluationError) {
    var first = 0
    while first < rows.count {
      var last = first + width
      while last < rows.count, areOneGroup(first, last) { last += width }
      try measure(first..<last)
      first = last
    }
    relation.append(columns: columns)
    try context.poll(derived: columns[0].count)
  }

  private func areOneGroup(_ a: Int, _ b: Int) -> Bool {
    (0..<width - 2).allSatisfy { rows[a + $0] == rows[b + $0] }
  }

  /// One graph, whose arcs are the rows that begin in a range.
  private mutating func measure(_ range: Range<Int>) throws(EvaluationError) {
    var own = Vector<UInt32>(account: context.account)
    var arcs = Vector<Neighbours.Arc>(capacity: range.count / width, account: context.account)
    for row in stride(from: range.lowerBound, to: range.upperBound, by: width) {
      let arc = (places.base[Int(rows[row + width - 2])], places.base[Int(rows[row + width - 1])])
      for place in [arc.0, arc.1] where numbers.base[Int(place)] == 0 {
        numbers.base[Int(place)] = 1
        own.append(place)
      }
      arcs.append(arc)
    }
    own.sort()
    for number in 0..<own.count { numbers.base[Int(own[number])] = UInt32(truncatingIfNeeded: number + 1) }
    for place in 0..<arcs.count {
      let (from, to) = arcs[place]
      arcs[place] = (numbers.base[Int(from)] - 1, numbers.base[Int(to)] - 1)
    }
    let graph = Neighbours(
      nodeCount: own.count,
      arcs: UnsafeBufferPointer(start: arcs.base, count: arcs.count),
      isUndirected: head.measure != .pagerank,
      account: context.account
    )
    try context.poll(attempted: arcs.count)
    let words = (0..<own.count).map { nodes[Int(own[$0])] }
    switch head.measure {
    case .betweenness: give(words, try Betweenness(graph, context: context).scores, at: range.lowerBound)
    case .pagerank: give(words, try PageRank(graph, context: context).scores, at: range.lowerBound)
    case .articulation:
      let cuts = try CutElements(graph, context: context)
      for number in 0..<own.count where cuts.isCut(node: number) { give([words[number]], at: range.lowerBound) }
    case .bridge:
      let cuts = try CutElements(graph, context: context)
      for place in 0..<arcs.count {
        let (from, to) = (Int(arcs[place].from), Int(arcs[place].to))
        if cuts.isCut(edge: from, to) { give([words[from], words[to]], at: range.lowerBound) }
      }
    }
    for number in 0..<own.count { numbers.base[Int(own[number])] = 0 }
  }

  private mutating func give(_ words: [Word], _ scores: borrowing Vector<Double>, at row: Int) {
    for (number, word) in words.enumerated() { give([word, context.values.floats.intern(scores[number])], at: row) }
  }

  /// - Parameter row: where a row of the group begins.
  private mutating func give(_ values: [Word], at row: Int) {
    for (place, column) in head.columns.enumerated() {
      switch column {
      case .group(let source): columns[place].append(rows[row + source])
      case .value(let source): columns[place].append(values[source])
      }
    }
  }
}
