internal import Datalog

/// Facts of a load, parted by what `.stated` says of them: those that past changes stated, change by change, and others.
struct PastFacts {
  /// The past changes, the oldest first; those of one second in the order in which a file tells of them.
  let notes: [ChangeNote]
  /// By predicate, those that the load itself states.
  let others: [String: [Facts]]
  private let past: [ChangeNote: [String: [Facts]]]

  /// - Parameter facts: by predicate.
  init(_ facts: [String: [Facts]]) {
    var others: [String: [Facts]] = [:]
    var past: [ChangeNote: [String: [Facts]]] = [:]
    var places: [ChangeNote: Int] = [:]
    for (predicate, all) in facts {
      for facts in all {
        for (place, note) in facts.notes.enumerated() {
          guard let note else { continue }
          places[note] = min(places[note] ?? place, place)
        }
        for (note, part) in facts.partedByNote() {
          if let note {
            past[note, default: [:]][predicate, default: []].append(part)
          } else {
            others[predicate, default: []].append(part)
          }
        }
      }
    }
    self.others = others
    self.past = past
    notes = past.keys.sorted {
      ($0.time, places[$0] ?? 0, $0.author ?? "", $0.reason ?? "")
        < ($1.time, places[$1] ?? 0, $1.author ?? "", $1.reason ?? "")
    }
  }

  func facts(of note: ChangeNote) -> [String: [Facts]] { past[note] ?? [:] }
}

extension Facts {
  /// The past change of each set of sources, in the order of the text.
  fileprivate var notes: [ChangeNote?] {
    statings.map { stating in stating.map { ChangeNote(time: $0.time, author: $0.author, reason: $0.reason) } }
  }

  /// The facts of each past change, and those of none.
  fileprivate func partedByNote() -> [ChangeNote?: Facts] {
    let notes = notes
    guard notes.contains(where: { $0 != nil }) else { return [nil: self] }
    var parts: [ChangeNote?: Facts] = [:]
    var tables: [FactTable] = []
    for note in notes {
      if parts[note] == nil {
        let table = FactTable(columnCount: table.columnCount)
        parts[note] = Facts(origin: origin, table: table, sourceSets: sourceSets, statings: statings)
      }
      tables.append(parts[note]?.table ?? table)
    }
    var row = [UInt64](repeating: 0, count: table.columnCount)
    table.withSourceSets { sets in
      for place in sets.indices {
        for column in row.indices { row[column] = table[row: place, column: column] }
        row.withUnsafeBufferPointer { tables[Int(sets[place])].append($0, sources: sets[place]) }
      }
    }
    return parts
  }
}
