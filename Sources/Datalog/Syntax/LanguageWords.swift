/// The words of the language that completion offers.
package enum LanguageWords {
  /// Tests that stand where an atom may, each with whether it takes arguments.
  package static var tests: [(name: String, hasArguments: Bool)] {
    PredicateTable.tests.map { ($0.key, $0.value.argumentCount > 0) }.sorted { $0.name < $1.name }
  }

  /// The relations that every knowledge base has, with their columns.
  package static var builtInRelations: [(name: String, columns: [String])] {
    PredicateTable.builtIn.map { ($0.name, $0.columns.map(\.0)) }
  }

  /// What may stand behind a full stop at the start of a line.
  package static let directives = ["cite", "decl", "include", "input", "output", "printsize"]
}
