/// The dictionaries from values to words, one for each type.
///
/// A word is dense, given in order of first appearance, and means nothing without its type. Not for two threads at once.
public final class Values {
  public let symbols: SymbolTable
  public let numbers: NumberTable
  public let floats: FloatTable
  public let dates: DateTable
  var ranks: [Ranking]

  /// Empty dictionaries, but for the symbols of `base`, which are read when they are needed.
  public init(base: SymbolBase? = nil) {
    symbols = SymbolTable(base: base)
    numbers = NumberTable()
    floats = FloatTable()
    dates = DateTable()
    ranks = WordType.allCases.map { _ in Ranking() }
  }

  /// The dictionaries of `other`, but for the symbols.
  public init(base: SymbolBase, sharing other: Values) {
    symbols = SymbolTable(base: base)
    numbers = other.numbers
    floats = other.floats
    dates = other.dates
    ranks = WordType.allCases.map { _ in Ranking() }
  }

  /// How many words `type` has.
  public func count(of type: WordType) -> Int {
    switch type {
    case .symbol: symbols.count
    case .number: numbers.count
    case .float: floats.count
    case .date: dates.count
    }
  }

  /// The bytes held by all dictionaries and rankings.
  public var byteCount: Int {
    symbols.byteCount + numbers.byteCount + floats.byteCount + dates.byteCount
      + ranks.reduce(0) { $0 + $1.byteCount }
  }

  /// Negative, zero or positive as the value of `a` is before, equal to or after that of `b`.
  public func compare(_ a: Word, _ b: Word, _ type: WordType) -> Int {
    switch type {
    case .symbol: symbols.compare(a, b)
    case .number: (numbers[a] > numbers[b] ? 1 : 0) - (numbers[a] < numbers[b] ? 1 : 0)
    case .float: (floats[a] > floats[b] ? 1 : 0) - (floats[a] < floats[b] ? 1 : 0)
    case .date: (dates[a] > dates[b] ? 1 : 0) - (dates[a] < dates[b] ? 1 : 0)
    }
  }

  /// For each word of `type` its place in the order of values: `0..<count(of: type)`, each once.
  ///
  /// Made on first use and again when words have been added; valid until the next call for this type. If the evaluation
  /// that the account belongs to is to end before, all places are 0.
  public func rank(of type: WordType, account: MemoryAccount) -> UnsafePointer<UInt32> {
    let index = Int(type.rawValue)
    if ranks[index].count != count(of: type) || !ranks[index].isComplete {
      ranks[index] = Ranking(of: type, in: self, account: account)
    }
    return ranks[index].places
  }
}
