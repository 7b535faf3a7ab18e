/// Makes a record of each line that is a JSON object: a fact of the predicate that its key `predicate` names, whose other
/// keys are the columns. A predicate that is not known is declared with the keys of its first object.
struct JSONLinesReader {
  private var data: ImportedData
  private var declared: Set<String> = []

  static func read(_ bytes: [UInt8], file: String, _ watch: RowWatch) -> ImportedData {
    var reader = JSONLinesReader(data: ImportedData(file: file))
    reader.data.recognised.append("JSON lines")
    forEachObject(of: bytes, watch) { line, object in
      switch object {
      case .success(let object): reader.read(object, number: line)
      case .failure(let fault): reader.problem(fault.place, fault.message)
      }
    }
    return reader.data
  }

  /// Lends the object of each line that is not blank, or what is wrong with it.
  static func forEachObject(
    of bytes: [UInt8],
    _ watch: RowWatch,
    _ body: (_ line: Int, _ object: Result<[String: JSONTree], JSONTree.Fault>) -> Void
  ) {
    let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    let lines = bytes[start...].split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    watch.begin(.reading, of: lines.count)
    for (index, line) in lines.enumerated() {
      if watch.isOver(after: index) { return }
      let isBlank = line.allSatisfy { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") || $0 == UInt8(ascii: "\r") }
      if isBlank { continue }
      do {
        let tree = try JSONTree(Array(line))
        guard case .object(let object) = tree else {
          let message = "an object was expected; this is \(tree.kindText)"
          body(index + 1, .failure(JSONTree.Fault(line: index + 1, column: 1, message: message)))
          continue
        }
        body(index + 1, .success(object))
      } catch {
        body(index + 1, .failure(JSONTree.Fault(line: index + 1, column: error.column, message: error.message)))
      }
    }
  }

  private init(data: ImportedData) { self.data = data }

  private mutating func read(_ read: [String: JSONTree], number: Int) {
    let place = "line \(number)"
    var object = read
    guard let name = object.removeValue(forKey: "predicate")?.text else {
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
    var record = ImportedRecord(number: number, place: place, text: JSONTree.object(read).line)
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
