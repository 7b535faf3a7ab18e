/// An expression as steps on a stack of columns, so that evaluation neither recurses nor walks the tree again.
public struct ScalarProgram: Sendable {
  enum Step: Sendable {
    case register(Int, WordType)
    case constant(Word, WordType)
    /// Takes its arguments from the top of the stack, the last uppermost.
    case call(ScalarFunction, argumentCount: Int, type: WordType)
  }

  let steps: [Step]
  /// The type of the result.
  public let type: WordType
  /// How many columns the stack has at most.
  let depth: Int

  public init(_ expression: ScalarExpression) {
    var steps: [Step] = []
    // The reverse of the order wanted: a call, then its arguments from the last to the first.
    var open = [expression]
    while let next = open.popLast() {
      switch next {
      case .register(let index, let type): steps.append(.register(index, type))
      case .constant(let word, let type): steps.append(.constant(word, type))
      case .call(let function, let arguments, let type):
        precondition(!arguments.isEmpty, "every function has an argument")
        steps.append(.call(function, argumentCount: arguments.count, type: type))
        open.append(contentsOf: arguments)
      }
    }
    steps.reverse()
    self.steps = steps
    type = expression.type
    depth = ScalarProgram.depth(of: steps)
  }

  private static func depth(of steps: [Step]) -> Int {
    var depth = 0
    var greatest = 0
    for step in steps {
      // A call's result has its own column before its arguments are given back.
      greatest = max(greatest, depth + 1)
      if case .call(_, let argumentCount, _) = step { depth -= argumentCount }
      depth += 1
    }
    return greatest
  }
}

/// A condition whose expressions are programs.
public struct ScalarConditionProgram: Sendable {
  enum Form: Sendable {
    case compare(ScalarComparison, ScalarProgram, ScalarProgram)
    case test(ScalarTest, [ScalarProgram], isNegated: Bool)
  }

  let form: Form

  public init(_ condition: ScalarCondition) {
    switch condition {
    case .compare(let comparison, let a, let b):
      precondition(a.type == b.type, "only values of one type are compared")
      form = .compare(comparison, ScalarProgram(a), ScalarProgram(b))
    case .test(let test, let arguments, let isNegated):
      form = .test(test, arguments.map(ScalarProgram.init), isNegated: isNegated)
    }
  }
}

/// Whether a row satisfies a condition, or why that cannot be said.
public enum ScalarVerdict: UInt8, Sendable {
  case isFalse = 0
  case isTrue = 1
  /// A function without a value there.
  case missing = 2
  case overflow = 3
  case divisionByZero = 4

  /// The verdict on a row of which an expression has no value.
  @inline(__always)
  static func failed(_ outcome: UInt8) -> UInt8 { outcome &+ 1 }
}
