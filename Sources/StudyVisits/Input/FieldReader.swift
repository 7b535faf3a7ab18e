import Datalog
import Engine

/// The value that the text of one field has in a column of one type.
struct FieldReader {
  typealias Bytes = UnsafeBufferPointer<UInt8>

  let values: Values

  /// The bits of the value that `text` says, as `FactTable` keeps them.
  func bits(of text: Bytes, as type: ValueType) -> Result<UInt64, FieldFault> {
    switch type {
    case .symbol:
      if let (reason, offset) = textFault(text) { return .failure(FieldFault(reason: reason, offset: offset)) }
      return .success(UInt64(values.symbols.intern(text)))
    case .number:
      return result(LiteralBytes.number(text), text, type) { UInt64(bitPattern: $0) }
    case .float:
      return result(LiteralBytes.float(text), text, type) { $0.bitPattern }
    case .date:
      return result(LiteralBytes.date(text), text, type) { UInt64($0) }
    }
  }

  private func result<Value>(
    _ reading: LiteralReading<Value>,
    _ text: Bytes,
    _ type: ValueType,
    bits: (Value) -> UInt64
  ) -> Result<UInt64, FieldFault> {
    switch reading {
    case .value(let value):
      return .success(bits(value))
    case .outOfRange:
      let shown = excerpt(text)
      let reason: InputFault.Reason =
        type == .date ? .impossibleDate(shown) : .outOfRange(expected: type, text: shown)
      return .failure(FieldFault(reason: reason, offset: 0))
    case .malformed:
      if let (reason, offset) = textFault(text) { return .failure(FieldFault(reason: reason, offset: offset)) }
      return .failure(FieldFault(reason: .wrongValue(expected: type, text: excerpt(text)), offset: 0))
    }
  }
}

/// Why a field has no value, and where in its text.
struct FieldFault: Error {
  let reason: InputFault.Reason
  let offset: Int
}
