internal import Datalog
internal import Engine

extension Compilation {
  /// The bare names among the symbols of newly stated facts that no other fact holds and that are nearly those of some,
  /// each once.
  ///
  /// Quoted text is not looked at, since names and titles are meant to be new. Neither is an entry of many facts: what is
  /// that long has not been typed.
  ///
  /// - Parameter firstOwn: from which source on the facts are new.
  func unfamiliarSymbols(besides firstOwn: Int) -> [Proposal] {
    let stated = text.collectors[firstOwn...].flatMap(\.tables)
    guard !stated.isEmpty, stated.reduce(0, { $0 + $1.table.rowCount }) <= Compilation.mostLookedAt else { return [] }
    let known = symbols.limited(to: text.collectors[..<firstOwn])
    var seen: Set<UInt64> = []
    var result: [Proposal] = []
    for facts in stated {
      for column in facts.symbolColumns {
        for word in facts.table.withColumn(column, { Array($0) }) where seen.insert(word).inserted {
          let symbol = Symbol(values.symbols[Word(truncatingIfNeeded: word)])
          guard symbol.isName, !known.contains(symbol) else { continue }
          let nearest = known.nearest(symbol).filter(\.isName)
          guard !nearest.isEmpty else { continue }
          result.append(.unfamiliar(symbol: symbol.literalText, nearest: nearest.map(\.literalText)))
        }
      }
    }
    return result
  }

  /// Chosen: a screen.
  private static let mostLookedAt = 24
}
