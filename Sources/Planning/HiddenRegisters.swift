import Datalog

/// Gives out registers beyond a rule's variables; shared by the planners of one rule.
final class HiddenRegisters {
  private(set) var count: Int
  private var wildcards: [WildcardPlace: Int] = [:]
  /// Registers whose words follow from others, and are no part of a solution.
  private var dependent: Set<Int>

  init(after variables: [Variable]) {
    count = variables.count
    dependent = Set(variables.indices.filter { variables[$0].isGenerated })
  }

  /// Those of the registers that tell one solution from another.
  func independent(_ registers: Set<Int>) -> [Int] {
    registers.subtracting(dependent).sorted()
  }

  /// A register for a copy of a value.
  func next() -> Int {
    dependent.insert(count)
    count += 1
    return count - 1
  }

  /// The register of a wildcard: the same for the same place of the text.
  func wildcard(at offset: Int?, column: Int) -> Int {
    let place = offset.map { WildcardPlace(offset: $0, column: column) }
    if let place, let known = wildcards[place] { return known }
    let register = count
    count += 1
    if let place { wildcards[place] = register }
    return register
  }

  private struct WildcardPlace: Hashable {
    let offset: Int
    let column: Int
  }
}
