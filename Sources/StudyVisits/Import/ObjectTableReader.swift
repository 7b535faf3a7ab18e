/// Reads JSON lines as a table, a row for each object, by a map whose headings are paths: `name`, `address.city`.
///
/// What stands in an array goes into one cell, which `...` parts.
struct ObjectTableReader: ImportReader {
  let map: ColumnMap
  let dateOrder: DateOrder?
  let watch: RowWatch

  func read(_ schema: CompletionSchema, into data: inout ImportedData) throws(KnowledgeBaseError) {
    var objects: [(line: Int, cells: [String: String])] = []
    JSONLinesReader.forEachObject(of: try data.contents(), watch) { line, object in
      switch object {
      case .success(let object):
        var cells: [String: String] = [:]
        ObjectTableReader.flatten(.object(object), at: "", into: &cells)
        objects.append((line, cells))
      case .failure(let fault): data.problems.append(ImportProblem(fault.place, fault.message))
      }
    }
    if objects.isEmpty, let problem = data.problems.first {
      throw .importing(ImportFault(data.file, place: problem.place, problem.message))
    }
    data.recognised.append("JSON lines")
    let paths = Set(objects.flatMap(\.cells.keys)).sorted()
    var sheet = Sheet(rowWord: "line")
    sheet.rows = [Sheet.Row(number: 0, cells: paths.map { .text($0) })]
    sheet.rows += objects.map { line, cells in
      Sheet.Row(number: line, cells: paths.map { .text(cells[$0] ?? "") })
    }
    let table = TableReader(
      schema: schema,
      map: map,
      dateOrder: dateOrder,
      hasFixedWidth: true,
      watch: watch
    )
    table.read(sheet, into: &data)
  }

  private static func flatten(_ tree: JSONTree, at path: String, into cells: inout [String: String]) {
    switch tree {
    case .null: break
    case .bool(let isTrue): append(isTrue ? "true" : "false", at: path, to: &cells)
    case .number(let text), .text(let text): append(text, at: path, to: &cells)
    case .array(let items): for item in items { flatten(item, at: path, into: &cells) }
    case .object(let object):
      for (key, value) in object.sorted(by: { $0.key < $1.key }) {
        flatten(value, at: path.isEmpty ? key : "\(path).\(key)", into: &cells)
      }
    }
  }

  private static func append(_ text: String, at path: String, to cells: inout [String: String]) {
    cells[path] = cells[path].map { "\($0)\n\(text)" } ?? text
  }
}
