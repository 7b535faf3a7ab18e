/// The transitive closure of one relation by its strongly connected components: all nodes of a component reach the same,
/// so their rows are one slice of the slab. Components are found in reverse topological order (Tarjan, Depth-first search
/// and linear graph algorithms, SIAM J. Comput. 1972, doi:10.1137/0201010), and a component's row is the union of those of
/// its successors, where a successor that has been reached already brings nothing new (Nuutila, Efficient transitive
/// closure computation in large digraphs, 1995). O(nodes + edges + words of the rows united).
struct ComponentClosure: ~Copyable {
  private let table: RowTable
  private let context: EvaluationContext
  /// By node: 0 before it is visited, then its place in the order of visits, from 1.
  private let visit: ZeroedMemory<UInt32>
  /// By node: the earliest visit that it is known to reach while it is open, then its component.
  private let link: ZeroedMemory<UInt32>
  private var visitCount: UInt32 = 0
  /// Nodes without a component yet, in order of visits.
  private var open: Vector<Word>
  /// The way from the first node to the one at hand, each with its successors and how many of them are done.
  private var path: Vector<Frame>
  private var successors: Vector<Word>
  /// The slab, and where the row of each component lies in it.
  private var words: Vector<Word>
  private var starts: Vector<Int>
  /// Words united since the last poll.
  private var work = 0

  /// A node on the way, with what is left of its successors.
  struct Frame: BitwiseCopyable {
    let node: Word
    /// Of its successors in `successors`.
    let start: Int
    let end: Int
    var next: Int
  }

  /// Marks a node whose component is known.
  private static let settled = UInt32.max
  /// Chosen: with nodes spread over a range larger than this many times their number, arrays by node are not worth while.
  private static let largestSpread = 16

  /// Whether the arrays by node are in proportion to the relation.
  static func suits(_ table: RowTable, domain: Int) -> Bool {
    domain <= max(4096, table.count * largestSpread)
  }

  init(_ table: RowTable, domain: Int, context: EvaluationContext) {
    self.table = table
    self.context = context
    let account = context.account
    visit = ZeroedMemory(count: domain, account: account)
    link = ZeroedMemory(count: domain, account: account)
    open = Vector(account: account)
    path = Vector(account: account)
    successors = Vector(account: account)
    words = Vector(account: account)
    starts = Vector(account: account)
    context.ensureScratch(for: domain)
  }

  /// Finds all components and their rows.
  mutating func run() throws(EvaluationError) {
    try context.poll()
    starts.append(0)
    for index in 0..<table.keys.count {
      let node = table.keys.base[index]
      if visit.base[Int(node)] == 0 { try explore(from: node) }
    }
    try poll()
  }

  /// The closure; rows in the order of the relation's.
  mutating func takeTable(_ layout: RowTable.Layout) throws(EvaluationError) -> RowTable {
    let closure = RowTable(layout, expectedKeys: table.keys.count, account: context.account)
    var finished = Vector<Word>(account: context.account)
    swap(&finished, &words)
    let slab = RowTable.Slab(words: finished)
    closure.hold(slab)
    var derived = 0
    for index in 0..<table.keys.count {
      let node = table.keys.base[index]
      guard table.row(of: node).pointee.count > 0 else { continue }
      let component = Int(link.base[Int(node)])
      let part = starts.base[component]..<starts.base[component + 1]
      closure.adopt(node, slab, part)
      derived &+= part.count
      if derived > ComponentClosure.pollInterval {
        try context.poll(derived: derived)
        derived = 0
      }
    }
    try context.poll(derived: derived)
    return closure
  }

  private mutating func explore(from first: Word) throws(EvaluationError) {
    enter(first)
    while path.count > 0 {
      let top = path.count - 1
      let next = path.base[top].next
      guard next < path.base[top].end else {
        try leave()
        continue
      }
      path.base[top].next = next + 1
      let node = path.base[top].node
      let successor = successors.base[next]
      if visit.base[Int(successor)] == 0 {
        enter(successor)
      } else if visit.base[Int(successor)] != ComponentClosure.settled {
        link.base[Int(node)] = min(link.base[Int(node)], link.base[Int(successor)])
      }
    }
  }

  private mutating func enter(_ node: Word) {
    visitCount += 1
    visit.base[Int(node)] = visitCount
    link.base[Int(node)] = visitCount
    open.append(node)
    let row = table.row(of: node)
    let start = successors.count
    let size = Int(row.pointee.count)
    successors.reserve(size)
    table.copyWords(row, to: successors.base + start)
    successors.count = start + size
    path.append(Frame(node: node, start: start, end: start + size, next: start))
  }

  private mutating func leave() throws(EvaluationError) {
    let frame = path.base[path.count - 1]
    let node = Int(frame.node)
    path.count -= 1
    successors.count = frame.start
    if link.base[node] == visit.base[node] { try settle(frame.node) }
    guard path.count > 0 else { return }
    let parent = Int(path.base[path.count - 1].node)
    if visit.base[node] != ComponentClosure.settled { link.base[parent] = min(link.base[parent], link.base[node]) }
  }

  /// Closes the component whose first node is given: all open nodes from there on.
  private mutating func settle(_ first: Word) throws(EvaluationError) {
    let component = UInt32(truncatingIfNeeded: starts.count - 1)
    var size = open.count
    repeat { size -= 1 } while open.base[size] != first
    for index in size..<open.count {
      visit.base[Int(open.base[index])] = ComponentClosure.settled
      link.base[Int(open.base[index])] = component
    }
    if open.count - size == 1, gatherFew(open.base[size], component) {
      work &+= words.count &- starts.base[Int(component)]
    } else {
      try gather(from: size, component)
    }
    starts.append(words.count)
    // A row costs something, however short.
    work &+= 16
    if work > ComponentClosure.pollInterval { try poll() }
    open.count = size
  }

  private mutating func poll() throws(EvaluationError) {
    let attempted = work
    work = 0
    try context.poll(attempted: attempted)
  }

  /// Writes the row of a component of one node where it is short: without a bitmap, which costs by its domain.
  ///
  /// - Returns: false when it is not short.
  private mutating func gatherFew(_ node: Word, _ component: UInt32) -> Bool {
    let row = table.row(of: node)
    guard Int(row.pointee.count) <= ComponentClosure.shortRow else { return false }
    words.reserve(ComponentClosure.shortRow)
    let (link, starts, words) = (link.base, starts.base, words.base)
    let out = words + self.words.count
    var size = 0
    var isShort = true
    table.forEach(row) { successor in
      let other = Int(link[Int(successor)])
      let part = other == Int(component) ? 0..<0 : starts[other]..<starts[other &+ 1]
      guard isShort, size &+ 1 &+ part.count <= ComponentClosure.shortRow else {
        isShort = false
        return
      }
      size = ComponentClosure.insert(successor, into: out, size)
      for place in part { size = ComponentClosure.insert(words[place], into: out, size) }
    }
    if isShort { self.words.count += size }
    return isShort
  }

  /// Inserts a word into ascending ones, of which it gives the number then.
  @inline(__always)
  private static func insert(_ word: Word, into words: UnsafeMutablePointer<Word>, _ count: Int) -> Int {
    var place = count
    while place > 0, words[place &- 1] > word { place &-= 1 }
    if place > 0, words[place &- 1] == word { return count }
    var hole = count
    while hole > place {
      words[hole] = words[hole &- 1]
      hole &-= 1
    }
    words[place] = word
    return count &+ 1
  }

  /// Writes the row of a component, whose members are the open nodes from a place on.
  private mutating func gather(from start: Int, _ component: UInt32) throws(EvaluationError) {
    let view = context.scratch.view
    let (link, starts, words) = (link.base, starts.base, words.base)
    for index in start..<open.count {
      let row = table.row(of: open.base[index])
      var united = Int(row.pointee.count)
      table.forEach(row) { successor in
        if view.contains(successor) { return }
        view.mark(successor)
        let other = Int(link[Int(successor)])
        if other == Int(component) { return }
        united &+= starts[other &+ 1] &- starts[other]
        for place in starts[other]..<starts[other &+ 1] { view.mark(words[place]) }
      }
      work &+= united
      if work > ComponentClosure.pollInterval { try poll() }
    }
    context.scratch.drain(into: &self.words)
  }

  /// Words united between two polls, give or take a row.
  private static let pollInterval = 1 << 9
  /// Chosen: sorting so few by insertion costs less than reading out a bitmap.
  private static let shortRow = 48
}
