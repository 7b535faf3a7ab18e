/// Where a text stops being JSON (https://www.rfc-editor.org/rfc/rfc8259), or an object has a key twice, neither of which
/// Foundation tells.
struct JSONFault {
  /// Of the first byte that cannot stand where it does.
  let offset: Int
  /// Lower case, no full stop.
  let message: String
  /// Whether it is JSON, of which programs read one or the other value.
  let isRepeatedKey: Bool

  /// Chosen as Foundation has it.
  private static let depthLimit = 512

  /// `nil` for a text that is JSON, and clear.
  init?(in bytes: [UInt8]) {
    var scan = Scan(bytes: bytes)
    guard let message = scan.fault() else { return nil }
    offset = scan.place
    self.message = message
    isRepeatedKey = scan.isRepeatedKey
  }

  private struct Scan {
    enum Expected {
      case value, valueOrEnd, keyOrEnd, key, colon, commaOrEnd, nothing
    }

    let bytes: [UInt8]
    var place = 0
    /// The brackets that are open.
    var open: [UInt8] = []
    /// Of each of them the keys so far.
    private var keys: [Set<ArraySlice<UInt8>>] = []
    private(set) var isRepeatedKey = false

    init(bytes: [UInt8]) { self.bytes = bytes }

    /// Goes on to what is wrong.
    mutating func fault() -> String? {
      if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { place = 3 }
      var expected = Expected.value
      while true {
        while place < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[place]) { place += 1 }
        guard place < bytes.count else {
          if expected == .nothing { return nil }
          return open.isEmpty ? "the file holds no JSON" : "the text ends here, within \(container): it is cut off"
        }
        let byte = bytes[place]
        switch expected {
        case .nothing: return "the value has ended, and more text follows"
        case .colon:
          guard byte == UInt8(ascii: ":") else { return "a `:` was expected behind the key" }
          place += 1
          expected = .value
        case .commaOrEnd:
          if byte == UInt8(ascii: ",") {
            expected = open.last == UInt8(ascii: "{") ? .key : .value
            place += 1
          } else if let next = close(byte) {
            expected = next
          } else {
            return "a `,` or the end of \(container) was expected"
          }
        case .key, .keyOrEnd:
          if expected == .keyOrEnd, let next = close(byte) {
            expected = next
          } else {
            guard byte == UInt8(ascii: "\"") else { return "a key in quotation marks was expected" }
            let start = place
            if let fault = string() { return fault }
            guard keys[keys.count - 1].insert(bytes[start..<place]).inserted else {
              isRepeatedKey = true
              let key = String(decoding: bytes[start..<place].prefix(40), as: UTF8.self)
              place = start
              return "the object has the key \(key) already, and which of the two counts is open"
            }
            expected = .colon
          }
        case .value, .valueOrEnd:
          if expected == .valueOrEnd, let next = close(byte) {
            expected = next
          } else if byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[") {
            guard open.count < JSONFault.depthLimit else { return "it nests more than \(JSONFault.depthLimit) deep" }
            open.append(byte)
            keys.append([])
            place += 1
            expected = byte == UInt8(ascii: "{") ? .keyOrEnd : .valueOrEnd
          } else {
            if let fault = scalar(byte) { return fault }
            expected = open.isEmpty ? .nothing : .commaOrEnd
          }
        }
      }
    }

    private var container: String { open.last == UInt8(ascii: "{") ? "an object" : "an array" }

    /// Takes the bracket that closes what is open.
    private mutating func close(_ byte: UInt8) -> Expected? {
      guard let last = open.last, byte == (last == UInt8(ascii: "{") ? UInt8(ascii: "}") : UInt8(ascii: "]")) else {
        return nil
      }
      open.removeLast()
      keys.removeLast()
      place += 1
      return open.isEmpty ? .nothing : .commaOrEnd
    }

    private mutating func scalar(_ byte: UInt8) -> String? {
      if byte == UInt8(ascii: "\"") { return string() }
      for word in ["true", "false", "null"] where bytes[place...].starts(with: word.utf8) {
        place += word.utf8.count
        return nil
      }
      return number()
    }

    private mutating func number() -> String? {
      let start = place
      if bytes[place] == UInt8(ascii: "-") { place += 1 }
      let whole = digits()
      guard whole > 0, whole == 1 || bytes[place - whole] != UInt8(ascii: "0") else {
        place = start
        return "a value was expected"
      }
      if place < bytes.count, bytes[place] == UInt8(ascii: ".") {
        place += 1
        guard digits() > 0 else { return "a digit was expected" }
      }
      if place < bytes.count, bytes[place] | 0x20 == UInt8(ascii: "e") {
        place += 1
        if place < bytes.count, [UInt8(ascii: "+"), UInt8(ascii: "-")].contains(bytes[place]) { place += 1 }
        guard digits() > 0 else { return "a digit was expected" }
      }
      return nil
    }

    private mutating func digits() -> Int {
      let start = place
      while place < bytes.count, (0x30...0x39).contains(bytes[place]) { place += 1 }
      return place - start
    }

    private mutating func string() -> String? {
      let start = place
      place += 1
      while place < bytes.count {
        switch bytes[place] {
        case UInt8(ascii: "\""):
          guard String(validating: bytes[start...place], as: UTF8.self) != nil else {
            place = start
            return "the text that begins here is not UTF-8"
          }
          place += 1
          return nil
        case UInt8(ascii: "\\"):
          let escape = place + 1 < bytes.count ? bytes[place + 1] : 0
          let isUnicode = escape == UInt8(ascii: "u")
          guard isUnicode || "\"\\/bfnrt".utf8.contains(escape) || place + 1 == bytes.count else {
            return "`\\` stands before no character that it may stand before"
          }
          place += 2
          if isUnicode {
            let hexadecimal = bytes[min(place, bytes.count)...].prefix(4)
            guard hexadecimal.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }) else {
              return "four hexadecimal digits were expected behind `\\u`"
            }
            place += hexadecimal.count
          }
        case 0..<0x20:
          return "a control character or the end of the line stands within a text"
        default: place += 1
        }
      }
      place = bytes.count
      return "the text ends here, within quotation marks: it is cut off"
    }
  }
}
