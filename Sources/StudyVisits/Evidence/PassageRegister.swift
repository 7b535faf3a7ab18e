internal import Datalog
internal import Engine
internal import Planning

/// Numbers the passages that facts cite, and knows what is said of them: the titles, days and words that the predicates
/// `document`, `published` and `passage` have, where a program has them with these columns.
struct PassageRegister {
  private let compilation: Compilation
  private var numbers: [CitedPassage: Int] = [:]
  private var order: [CitedPassage] = []

  init(_ compilation: Compilation) {
    self.compilation = compilation
  }

  mutating func number(of passage: CitedPassage) -> Int {
    if let known = numbers[passage] { return known }
    numbers[passage] = order.count
    order.append(passage)
    return order.count - 1
  }

  /// The passages in the order of their numbers, with what is known of them. One look-up a document.
  func described() throws(RunError) -> [Proof.Passage] {
    let values = compilation.values
    var titles: [Word: String] = [:]
    var days: [Word: String] = [:]
    var words: [CitedPassage: String] = [:]
    for document in Set(order.map(\.document)) {
      for fact in try facts("document", [.symbol, .symbol], document) { titles[document] = values.symbols[fact[1]] }
      for fact in try facts("published", [.symbol, .date], document) {
        days[document] = values.text(of: fact[1], .date)
      }
      for fact in try facts("passage", [.symbol, .number, .symbol], document) {
        words[CitedPassage(document: document, passage: values.numbers[fact[1]])] = values.symbols[fact[2]]
      }
    }
    return order.map { passage in
      Proof.Passage(
        document: values.symbols[passage.document],
        number: passage.passage < 0 ? nil : Int(passage.passage),
        published: days[passage.document],
        title: titles[passage.document],
        words: words[passage]
      )
    }
  }

  /// The facts about a document of a predicate that begins with columns of the given types.
  private func facts(_ name: String, _ types: [ValueType], _ document: Word) throws(RunError) -> [[Word]] {
    let predicate = compilation.program.predicates.first { $0.name == name && $0.kind == .ordinary }
    guard let predicate, predicate.columns.map(\.type).starts(with: types) else { return [] }
    return try compilation.facts.statements(of: predicate, where: 0, is: document).map(\.tuple)
  }
}
