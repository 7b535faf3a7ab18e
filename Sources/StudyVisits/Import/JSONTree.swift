internal import Foundation

/// A JSON value.
enum JSONTree: Hashable {
  case null
  case bool(Bool)
  /// As decimal text.
  case number(String)
  case text(String)
  case array([JSONTree])
  case object([String: JSONTree])

  struct Fault: Error {
    /// From 1; `nil` where nobody knows.
    var line: Int?
    /// In Unicode scalars, from 1.
    var column: Int?
    let message: String

    /// `line 3, column 7`; empty where nobody knows.
    var place: String {
      guard let line else { return "" }
      return column.map { "line \(line), column \($0)" } ?? "line \(line)"
    }
  }

  /// Reads a text; nesting is bounded by Foundation, at 512.
  init(_ bytes: [UInt8]) throws(Fault) {
    do {
      self.init(try JSONSerialization.jsonObject(with: Data(bytes), options: [.fragmentsAllowed]))
    } catch {
      throw JSONTree.fault(in: bytes, error as NSError)
    }
    if let fault = JSONFault(in: bytes), fault.isRepeatedKey {
      throw JSONTree.fault(in: bytes, at: fault.offset, fault.message)
    }
  }

  private static func fault(in bytes: [UInt8], _ error: NSError) -> Fault {
    // JSON may come as UTF-16 with a mark, in which places are not counted.
    guard !bytes.starts(with: [0xFF, 0xFE]), !bytes.starts(with: [0xFE, 0xFF]), let fault = JSONFault(in: bytes) else {
      let detail = error.userInfo["NSDebugDescription"] as? String
      return Fault(message: "this is not JSON: \(detail ?? "\(error)")")
    }
    return JSONTree.fault(in: bytes, at: fault.offset, "this is not JSON: \(fault.message)")
  }

  private static func fault(in bytes: [UInt8], at offset: Int, _ message: String) -> Fault {
    let before = bytes[..<offset]
    let lineStart = (before.lastIndex(of: UInt8(ascii: "\n")) ?? -1) + 1
    return Fault(
      line: before.count { $0 == UInt8(ascii: "\n") } + 1,
      column: before[lineStart...].count { $0 & 0xC0 != 0x80 } + 1,
      message: message
    )
  }

  private init(_ value: Any) {
    switch value {
    case let text as String: self = .text(text)
    case let number as NSNumber:
      if number === NSNumber(value: true) || number === NSNumber(value: false) || number.objCTypeIsBool {
        self = .bool(number.boolValue)
      } else {
        self = .number(number.stringValue)
      }
    case let items as [Any]: self = .array(items.map(JSONTree.init))
    case let object as [String: Any]: self = .object(object.mapValues(JSONTree.init))
    default: self = .null
    }
  }

  /// A text or number as text.
  var text: String? {
    switch self {
    case .text(let text), .number(let text): text
    case .null, .bool, .array, .object: nil
    }
  }

  /// What it is, for a message.
  var kindText: String {
    switch self {
    case .null: "null"
    case .bool: "a truth value"
    case .number: "a number"
    case .text: "a text"
    case .array: "an array"
    case .object: "an object"
    }
  }

  /// The value on one line, with sorted keys; the end of a long one is left out.
  var line: String {
    var text = ""
    write(to: &text)
    return text.count > JSONTree.lineLimit ? text.prefix(JSONTree.lineLimit) + "…" : text
  }

  /// Chosen: what a reader takes in at a glance.
  private static let lineLimit = 2000

  private func write(to text: inout String) {
    guard text.utf8.count < JSONTree.lineLimit * 4 else { return }
    switch self {
    case .null: text += "null"
    case .bool(let isTrue): text += isTrue ? "true" : "false"
    case .number(let number): text += number
    case .text(let string): text += "\"\(string)\""
    case .array(let items):
      text += "["
      for (index, item) in items.enumerated() {
        if index > 0 { text += ", " }
        item.write(to: &text)
      }
      text += "]"
    case .object(let object):
      text += "{"
      for (index, key) in object.keys.sorted().enumerated() {
        if index > 0 { text += ", " }
        text += "\(key): "
        object[key]?.write(to: &text)
      }
      text += "}"
    }
  }
}

extension NSNumber {
  fileprivate var objCTypeIsBool: Bool { String(cString: objCType) == "c" }
}
