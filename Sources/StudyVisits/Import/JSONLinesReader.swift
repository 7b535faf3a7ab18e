/// Makes a record of each line that is a JSON object: a fact of the predicate that its key `predicate` names, whose other
/// keys are the columns. A predicate that is not known is declared with the keys of its first object.
struct JSONLinesReader {
  private var data: ImportedData
  private var declared: Set<String> = []

  /// - Parameter predicate: what objects without the key are facts of.
  static func read(_ bytes: [UInt8], file: String, predicate: String? = nil) -> ImportedData {
    var reader = JSONLinesReader(data: ImportedData(file: file))
    reader.data.recognised.append("JSON lines")
    for (index, line) in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
      let isBlank = line.allSatisfy { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") || $0 == UInt8(ascii: "\r") }
      if !isBlank { reader.read(Array(line), number: index + 1, predicate) }
    }
    return reader.data
  }

  private init(data: ImportedData) { self.data = data }

  private mutating func read(_ line: [UInt8], number: Int, _ predicate: String?) {
    let place = "line \(number)"
    let tree: JSONTree
    do {
      tree = try JSONTree(line)
    } catch {
      return problem(place, error.message)
    }
    guard case .object(var object) = tree else {
      return problem(place, "an object was expected; this is \(tree.kindText)")
    }
    guard let name = object.removeValue(forKey: "predicate")?.text ?? predicate else {
      return problem(place, "the key `predicate` has to say what the object is a fact of")
    }
    var arguments: [String: ImportedValue] = [:]
    for (key, value) in object {
      guard let text = value.text else {
        return problem("\(place), `\(key)`", "a text or a number was expected; this is \(value.kindText)")
      }
      arguments[key] = .text(text)
    }
    declare(name, object)
    var record = ImportedRecord(number: number, place: place, text: tree.line)
    record.facts.append(ImportedFact(name, arguments))
    data.records.append(record)
  }

  private mutating func declare(_ name: String, _ object: [String: JSONTree]) {
    guard declared.insert(name).inserted else { return }
    let names = [name] + object.keys
    guard names.allSatisfy(JSONLinesReader.isPlainName) else { return }
    let columns = object.keys.sorted().map { key in
      let isNumber = if case .number(let text)? = object[key] { Int64(text) != nil } else { false }
      return "\(key): \(isNumber ? "number" : "symbol")"
    }
    data.declarations.append((name, ".decl \(name)(\(columns.joined(separator: ", ")))"))
  }

  private static func isPlainName(_ text: String) -> Bool {
    guard let first = text.utf8.first, (0x61...0x7A).contains(first), text != "not" else { return false }
    return text.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "_") }
  }

  private mutating func problem(_ place: String, _ message: String) {
    data.problems.append(ImportProblem(place, message))
  }
}
