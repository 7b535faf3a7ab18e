/// A declaration that a knowledge base already holds.
public struct StoredDeclaration: Sendable {
  public let predicate: String
  public let columns: [Column]
  /// Each a set of column places.
  public let keys: [[Int]]

  public init(predicate: String, columns: [Column], keys: [[Int]]) {
    self.predicate = predicate
    self.columns = columns
    self.keys = keys
  }
}

/// What is known besides the text of a program. The checker asks nothing else of the world.
public struct Catalogue {
  public var declarations: [StoredDeclaration]
  /// How many facts a declared predicate has; `nil` when that is not known.
  public var countFacts: (String) -> Int?
  /// Whether any fact contains the symbol.
  public var containsSymbol: (Symbol) -> Bool
  /// The symbols nearest in spelling to one that no fact contains, all ties; empty when none is near.
  public var nearestSymbols: (Symbol) -> [Symbol]
  /// What is wrong with the pattern of a `match`, or `nil`.
  public var patternFault: (Symbol) -> String?
  /// Values of `$name`, as literals of the text (`.number` of four digits may stand for a year).
  public var parameters: [String: Constant]
  public var today: PartialDate

  public init(
    declarations: [StoredDeclaration] = [],
    countFacts: @escaping (String) -> Int? = { _ in nil },
    containsSymbol: @escaping (Symbol) -> Bool = { _ in true },
    nearestSymbols: @escaping (Symbol) -> [Symbol] = { _ in [] },
    patternFault: @escaping (Symbol) -> String? = { _ in nil },
    parameters: [String: Constant] = [:],
    today: PartialDate
  ) {
    self.declarations = declarations
    self.countFacts = countFacts
    self.containsSymbol = containsSymbol
    self.nearestSymbols = nearestSymbols
    self.patternFault = patternFault
    self.parameters = parameters
    self.today = today
  }
}
