/// One line of a map for one column of a table.
struct ColumnUse {
  let column: Int
  let heading: String
  let line: ColumnMap.Line
  let predicate: KnownPredicate
  /// Where the line is about an entity.
  let table: EntityTable?
  /// The entities of a row that it is about: columns of one slot tell of the same.
  private(set) var slot = 0
  /// Whether its cells are lists beside which another column has lists of the same entities.
  private(set) var isPaired = false
  /// Whether what the column names may be an entity that another column names.
  private(set) var meansAnybody = false

  private init?(_ line: ColumnMap.Line, _ column: Int, _ heading: String, _ schema: CompletionSchema) {
    guard let predicate = schema[line.predicate] else { return nil }
    (self.line, self.column, self.heading, self.predicate) = (line, column, heading, predicate)
    table = schema.entityTables.first { $0.predicate == line.predicate }
  }

  /// The type of the column that it fills.
  var type: String? { predicate.columns.first { $0.name == line.column }?.type }

  var key: String? { table.map { predicate.columns[$0.key].name } }

  var name: String? { table?.name.map { predicate.columns[$0].name } }

  // MARK: Slots

  private struct Slot {
    let predicate: String
    let isList: Bool
    let words: [ArraySlice<UInt8>]
    var columns: Set<String>
  }

  /// The uses of a table's columns.
  ///
  /// Which columns tell of one entity is the same in all rows, whatever cells are empty: those of one predicate that
  /// fill different columns of it, those first whose headings begin alike, such as `Deputy` and `Deputy ID`.
  static func all(
    of lines: [(line: ColumnMap.Line, column: Int, heading: String)],
    _ schema: CompletionSchema
  ) -> [ColumnUse] {
    var uses = lines.compactMap { ColumnUse($0.line, $0.column, $0.heading, schema) }
    var slots: [Slot] = []
    // What gives names begins entities; the rest joins them.
    for isNaming in [true, false] {
      for place in uses.indices {
        guard uses[place].table != nil, (uses[place].line.column == uses[place].name) == isNaming else { continue }
        let slot = slot(of: uses[place], among: &slots)
        uses[place].slot = slot
      }
    }
    for place in uses.indices where uses[place].table != nil {
      let (column, slot) = (uses[place].column, uses[place].slot)
      uses[place].isPaired =
        uses[place].line.isList && uses.contains { $0.table != nil && $0.slot == slot && $0.column != column }
      uses[place].meansAnybody = uses.contains { $0.table == nil && $0.column == column && $0.line.column == "who" }
    }
    return uses
  }

  private static func slot(of use: ColumnUse, among slots: inout [Slot]) -> Int {
    let words = folded(use.heading).split(separator: UInt8(ascii: " "))
    let open = slots.indices.filter { slot in
      slots[slot].predicate == use.line.predicate && slots[slot].isList == use.line.isList
        && use.line.column.map { !slots[slot].columns.contains($0) } != false
    }
    let shared = slots.map { slot in zip(slot.words, words).prefix { $0 == $1 }.count }
    let columns = Set([use.line.column].compactMap(\.self))
    guard let slot = open.max(by: { shared[$0] < shared[$1] }) else {
      slots.append(Slot(predicate: use.line.predicate, isList: use.line.isList, words: words, columns: columns))
      return slots.count - 1
    }
    slots[slot].columns.formUnion(columns)
    return slot
  }
}
