internal import Datalog
internal import Engine
internal import Planning
internal import Storage

/// Facts of the file as they are written.
extension StoredFacts {
  func constants(_ row: [UInt64], _ predicate: StoredPredicate) -> [Constant] {
    zip(row, predicate.columns).map { bits, column in
      let type = ValueType(column.type)
      return withUnsafePointer(to: bits) { bits in
        values.constant(values.words(UnsafeBufferPointer(start: bits, count: 1), of: type)[0], type.wordType)
      }
    }
  }

  func text(of row: [UInt64], _ predicate: StoredPredicate) -> String {
    predicate.text(of: constants(row, predicate))
  }

  /// `@ report:3, letter`; empty where a set has no passages.
  func text(ofSources set: [StoredPassage]) -> String {
    let passages = set.filter { !$0.isOrigin }.map { passage in
      let document = Symbol(values.symbols[passage.document]).literalText
      return passage.passage < 0 ? document : "\(document):\(passage.passage)"
    }
    return passages.isEmpty ? "" : "@ " + passages.joined(separator: ", ")
  }
}

extension StoredPredicate {
  func text(of row: [Constant]) -> String {
    row.isEmpty ? name : "\(name)(\(row.map(\.literalText).joined(separator: ", ")))"
  }

  /// As it is declared.
  var declarationText: String {
    let columns = columns.map { "\($0.name): \($0.type.rawValue)" }.joined(separator: ", ")
    let keys = keys.map { key in " key(\(key.map { self.columns[$0].name }.joined(separator: ", ")))" }
    return ".decl \(name)(\(columns))\(keys.joined())"
  }
}
