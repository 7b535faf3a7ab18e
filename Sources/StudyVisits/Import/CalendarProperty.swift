/// A line of a calendar, its continuation lines joined.
struct CalendarProperty {
  /// Of its first line.
  let line: Int
  let name: String
  let parameters: [String: String]
  let value: String

  /// Whether it is an earlier time of the same clocks.
  func precedes(_ other: CalendarProperty) -> Bool {
    parameters["TZID"] == other.parameters["TZID"] && value.utf8.count == other.value.utf8.count
      && value.utf8.lexicographicallyPrecedes(other.value.utf8)
  }

  /// The value as a text, without its escapes.
  var text: String {
    var text = ""
    var isEscaped = false
    for scalar in value.unicodeScalars {
      if isEscaped {
        text.unicodeScalars.append(scalar == "n" || scalar == "N" ? "\n" : scalar)
        isEscaped = false
      } else if scalar == "\\" {
        isEscaped = true
      } else {
        text.unicodeScalars.append(scalar)
      }
    }
    return text
  }

  // MARK: Reading

  /// All of a text; lines that are none are told of.
  static func all(of text: String, problem: (Int, String) -> Void) -> [CalendarProperty] {
    var unfolded: [(line: Int, text: String)] = []
    for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
      if line.first == " " || line.first == "\t", let last = unfolded.indices.last {
        unfolded[last].text += line.dropFirst()
      } else if !line.isEmpty {
        unfolded.append((index + 1, String(line)))
      }
    }
    var properties: [CalendarProperty] = []
    for (line, text) in unfolded {
      if let property = property(text, line: line) {
        properties.append(property)
      } else {
        problem(line, "a line reads `NAME:value`; this is `\(text.prefix(40))`")
      }
    }
    return properties
  }

  /// `NAME;PARAMETER=value;OTHER="quoted":value`.
  private static func property(_ text: String, line: Int) -> CalendarProperty? {
    var parts: [String] = [""]
    var isQuoted = false
    var rest = text[...]
    while let character = rest.popFirst() {
      if character == "\"" {
        isQuoted.toggle()
      } else if character == ";", !isQuoted {
        parts.append("")
      } else if character == ":", !isQuoted {
        var parameters: [String: String] = [:]
        for part in parts.dropFirst() {
          guard let equals = part.firstIndex(of: "=") else { continue }
          parameters[part[..<equals].uppercased()] = String(part[part.index(after: equals)...])
        }
        guard !parts[0].isEmpty else { return nil }
        return CalendarProperty(line: line, name: parts[0].uppercased(), parameters: parameters, value: String(rest))
      } else {
        parts[parts.count - 1].append(character)
      }
    }
    return nil
  }
}
