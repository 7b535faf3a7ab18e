final class ScalarEvaluator {
  init(values: Values) {}
  func compute(_ e: ScalarExpression, registers: UnsafePointer<UnsafeMutablePointer<Word>?>, count: Int, into: UnsafeMutablePointer<Word>, outcomes: UnsafeMutablePointer<UInt8>) -> Bool { true }
  func test(_ c: ScalarCondition, registers: UnsafePointer<UnsafeMutablePointer<Word>?>, count: Int, outcomes: UnsafeMutablePointer<UInt8>) -> Bool { true }
}
