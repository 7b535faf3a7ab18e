/// The strongly connected components of a graph, each after those that it leads to.
///
/// R. Tarjan, "Depth-First Search and Linear Graph Algorithms" (1972), doi:10.1137/0201010, with a stack of its own: a
/// chain of ten thousand rules is no deeper recursion than one. O(nodes + edges).
package struct Components {
  /// By node, the number of its component.
  package private(set) var component: [Int]
  /// In order; members ascending.
  package private(set) var members: [[Int]] = []

  /// - Parameter successors: by node, the nodes that its edges lead to.
  package init(_ successors: [[Int]]) {
    let count = successors.count
    component = Array(repeating: -1, count: count)
    var order = Array(repeating: -1, count: count)
    var low = Array(repeating: 0, count: count)
    var next = Array(repeating: 0, count: count)
    var stack: [Int] = []
    var visited = 0
    for start in 0..<count where order[start] < 0 {
      var path = [start]
      while let node = path.last {
        if order[node] < 0 {
          order[node] = visited
          low[node] = visited
          visited += 1
          stack.append(node)
        }
        if next[node] < successors[node].count {
          let target = successors[node][next[node]]
          next[node] += 1
          if order[target] < 0 {
            path.append(target)
          } else if component[target] < 0 {
            low[node] = min(low[node], order[target])
          }
          continue
        }
        path.removeLast()
        if let parent = path.last { low[parent] = min(low[parent], low[node]) }
        if low[node] == order[node] { close(node, &stack) }
      }
    }
  }

  private mutating func close(_ root: Int, _ stack: inout [Int]) {
    var closed: [Int] = []
    while let member = stack.popLast() {
      component[member] = members.count
      closed.append(member)
      if member == root { break }
    }
    members.append(closed.sorted())
  }
}
