/// The stable codes of all diagnostics: L lexis, P grammar, N names, T types, S safety and strata,
/// E evaluation, W warnings, A answers.
public enum DiagnosticCode: String, CaseIterable, Sendable {
  // Lexis
  case notUTF8 = "L101"
  case nulCharacter = "L102"
  case unexpectedCharacter = "L103"
  case unterminatedString = "L104"
  case unknownEscape = "L105"
  case unterminatedComment = "L106"
  case integerOutOfRange = "L107"
  case malformedNumber = "L108"
  case impossibleDate = "L109"

  // Grammar
  case unexpectedToken = "P201"
  case unfinishedClause = "P202"
  case nestedTooDeeply = "P203"
  case unknownDirective = "P204"
  case malformedDirective = "P205"
  case factWithVariable = "P206"
  case negatedGroup = "P207"
  case sourceInHead = "P208"
  case misplacedAggregate = "P209"
  case misplacedWildcard = "P210"
  case notOneQuestion = "P211"
  case notAllowedHere = "P212"
  case tooManyAlternatives = "P213"
  case tooManyLiterals = "P214"

  // Names
  case unknownPredicate = "N301"
  case unknownColumn = "N302"
  case wrongArity = "N303"
  case missingColumn = "N304"
  case columnGivenTwice = "N305"
  case declaredTwice = "N306"
  case declarationDiffers = "N307"
  case reservedPredicate = "N308"
  case unknownFunction = "N309"
  case wrongArgumentCount = "N310"
  case unsetParameter = "N311"
  case includeCycle = "N312"
  case inputNotDeclared = "N313"
  case unknownLimit = "N314"
  case undeclaredFact = "N315"
  case unknownOrderColumn = "N316"
  case sourcesOfDerived = "N317"
  case unreadableInclude = "N318"
  case fileOutside = "N319"

  // Types
  case typeConflict = "T401"
  case wrongType = "T402"
  case unknownType = "T403"
  case badPattern = "T404"
  case notAggregable = "T405"

  // Safety and strata
  case unboundVariable = "S501"
  case unboundInNegation = "S502"
  case notStratified = "S503"
  case recursiveAggregate = "S504"
  case mixedAggregates = "S505"

  // Evaluation
  case arithmeticOverflow = "E601"
  case divisionByZero = "E602"
  case budgetExhausted = "E603"
  case interrupted = "E604"

  // Warnings
  case singletonVariable = "W701"
  case ruleNeverFires = "W702"
  case crossProduct = "W703"
  case unknownSymbol = "W704"
  case partialDateComparison = "W705"
  case valuesNotThere = "W706"
  case joinsStoredRules = "W707"
  case missingCitation = "W708"
  case askedNotStated = "W709"
  // Answers
  case noAnswer = "A801"

  public var severity: Diagnostic.Severity {
    switch rawValue.first {
    case "A": .note
    case "W": .warning
    default: .error
    }
  }
}
