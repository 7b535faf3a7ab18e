/// What a cursor stands at in text that is being typed, and may be wrong or unfinished: what completion goes by.
package struct CursorPlace: Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    /// Where an atom, a test or `not` may stand.
    case literal
    /// In the parentheses of an atom.
    case argument(Argument)
    /// A side of a comparison, or a function's argument; with the variable that stands on the other side.
    case operand(beside: String?)
    /// Behind `@`.
    case source
    /// Behind a question's body: `order by`, `limit`.
    case tail
    /// In a directive, with its name.
    case directive(String)
    /// In a comment, a number, behind a whole word: nothing is known.
    case nothing
  }

  /// An argument of an atom.
  package struct Argument: Hashable, Sendable {
    package let predicate: String
    /// By position, from 0; `nil` behind a column's name.
    package let position: Int?
    /// The column's name that stands before it.
    package let name: String?

    package init(predicate: String, position: Int?, name: String?) {
      self.predicate = predicate
      self.position = position
      self.name = name
    }
  }

  /// A variable as an argument of an atom.
  package struct Use: Hashable, Sendable {
    package let variable: String
    package let argument: Argument
  }

  package var kind: Kind
  /// What is typed of a word or a quoted text: up to the cursor, or past it to the end of what is there of it.
  package var typed: Range<Int>
  package var isQuoted = false
  /// Of the clause, in the order of their first appearance; without `_`.
  package var variables: [String] = []
  /// In the clause, before the cursor.
  package var uses: [Use] = []
}

extension CursorPlace {
  /// Looks at text up to `cursor` and, for variables, behind it.
  package init(in text: [UInt8], cursor: Int) {
    // A letter more at the cursor makes a token of whatever is begun there, and none where a comment is open.
    let begun = Array(text[..<cursor]) + [UInt8(ascii: "x")]
    guard !text.contains(0), String(validating: begun, as: UTF8.self) != nil else {
      self.init(kind: .nothing, typed: cursor..<cursor)
      return
    }
    var scan = begun.withUnsafeBufferPointer { bytes in
      var scan = CursorScan(Lexer(bytes, source: SourceID(0)))
      scan.run()
      return scan
    }
    self = scan.place(cursor: cursor)
    guard kind != .nothing else { return }
    Array(text[cursor...]).withUnsafeBufferPointer { bytes in scan.addVariables(behind: bytes, isInWord: !typed.isEmpty)
    }
    variables = scan.variables.filter { !$0.isEmpty }
    if isQuoted { typed = typed.lowerBound..<CursorPlace.endOfQuoted(in: text, from: cursor) }
  }

  /// The end of a quoted text that goes on behind the cursor, or the cursor where it is not closed on its line.
  private static func endOfQuoted(in text: [UInt8], from cursor: Int) -> Int {
    var place = cursor
    while place < text.count, !text[place].isLineEnd {
      // What a typed quote would close is closed at once; anything else between is text of its own.
      if text[place] == UInt8(ascii: "\"") { return place == cursor ? place + 1 : cursor }
      place += 1
    }
    return cursor
  }
}

/// The tokens before a cursor, looked at for where it stands.
private struct CursorScan {
  private enum Frame {
    case atom(predicate: String, position: Int?, name: String?)
    case call
    case group
    case braces
  }

  private var lexer: Lexer
  private var last: Token
  private var beforeLast: Token?
  private var frames: [Frame] = []
  /// Whether a literal may begin.
  private var isAtLiteral = true
  private var isBehindSource = false
  private var isInTail = false
  private var directive: String?
  private var operandBeside: String?
  private(set) var variables: [String] = []
  private var uses: [CursorPlace.Use] = []

  init(_ lexer: Lexer) {
    self.lexer = lexer
    self.lexer.isMuted = true
    last = Token(kind: .end, isFirstOnLine: true, start: 0, end: 0)
  }

  /// Goes through all tokens but the last, which is the one at the cursor.
  mutating func run() {
    last = lexer.next()
    while last.kind != .end {
      let token = last
      last = lexer.next()
      if last.kind == .end {
        last = token
        return
      }
      take(token, next: last)
      beforeLast = token
    }
  }

  private func text(_ token: Token) -> String { String(decoding: lexer.text[token.start..<token.end], as: UTF8.self) }

  private mutating func take(_ token: Token, next: Token) {
    if directive != nil, token.isFirstOnLine, frames.isEmpty { beginClause() }
    switch token.kind {
    case .directive:
      beginClause()
      directive = text(token)
    case .dot, .question, .tilde: beginClause()
    case .when, .ask:
      isAtLiteral = true
      frames = []
    case .name: takeName(token, next: next)
    case .variable: takeVariable(text(token))
    case .leftParenthesis: if !isAtCall(token) { frames.append(.group) }
    case .leftBrace:
      frames.append(.braces)
      isAtLiteral = true
    case .rightParenthesis, .rightBrace:
      frames.removeLastIfAny()
      isAtLiteral = false
      operandBeside = nil
    case .comma, .semicolon: takeSeparator()
    case .colon: takeColon()
    case .at: isBehindSource = true
    case .bang: isAtLiteral = true
    case .wildcard, .quoted, .parameter, .number, .year, .float, .date, .faulty, .equal, .notEqual, .less,
      .lessOrEqual, .greater, .greaterOrEqual, .plus, .minus, .star, .slash, .percent, .caret, .end:
      isAtLiteral = false
    }
  }

  private mutating func beginClause() {
    frames = []
    isAtLiteral = true
    isBehindSource = false
    isInTail = false
    directive = nil
    operandBeside = nil
    variables = []
    uses = []
  }

  private mutating func takeName(_ token: Token, next: Token) {
    let name = text(token)
    if next.kind == .leftParenthesis {
      let isAtom = isAtLiteral && directive == nil && PredicateTable.tests[name] == nil
      frames.append(isAtom ? .atom(predicate: name, position: 0, name: nil) : .call)
      isAtLiteral = false
      isBehindSource = false
    } else if isAtLiteral, name == "not" {
      return
    } else {
      if frames.isEmpty, ["order", "limit", "expect"].contains(name), !isAtLiteral { isInTail = true }
      isAtLiteral = false
    }
  }

  /// Whether the parenthesis opens the frame that its name has made.
  private func isAtCall(_ token: Token) -> Bool {
    beforeLast?.kind == .name && beforeLast.map { $0.end <= token.start } == true
  }

  private mutating func takeVariable(_ name: String) {
    variables.appendIfNew(name)
    isAtLiteral = false
    if case .atom(let predicate, let position, let column) = frames.last {
      uses.append(.init(variable: name, argument: .init(predicate: predicate, position: position, name: column)))
    } else {
      operandBeside = name
    }
  }

  private mutating func takeSeparator() {
    operandBeside = nil
    switch frames.last {
    case .atom(let predicate, let position, let name):
      frames[frames.count - 1] = .atom(
        predicate: predicate,
        position: name == nil ? position.map { $0 + 1 } : nil,
        name: nil
      )
    case .call: break
    case .group, .braces, nil:
      if !isBehindSource { isAtLiteral = !isInTail && directive == nil }
    }
  }

  private mutating func takeColon() {
    guard case .atom(let predicate, _, _) = frames.last, let before = beforeLast, before.kind == .name else { return }
    frames[frames.count - 1] = .atom(predicate: predicate, position: nil, name: text(before))
  }

  // MARK: The place

  func place(cursor: Int) -> CursorPlace {
    var place = CursorPlace(kind: .nothing, typed: cursor..<cursor)
    guard last.end == cursor + 1 else { return place }
    let isQuoted = lexer.byte(at: last.start) == UInt8(ascii: "\"")
    let isWord: Bool
    switch last.kind {
    case .name, .variable: isWord = true
    case .directive:
      place.kind = .directive("")
      return place
    default: isWord = last.kind == .faulty && isQuoted
    }
    // A year or a date may be begun: its digits are what is typed.
    let isNumber = lexer.byte(at: last.start).isDigit
    guard isWord || isNumber else { return place }
    if let beforeLast, beforeLast.end == last.start, beforeLast.kind == .quoted || beforeLast.kind == .parameter {
      return place
    }
    place.typed = last.start..<cursor
    place.isQuoted = isQuoted
    place.uses = uses
    place.kind = kind
    return place
  }

  private var kind: CursorPlace.Kind {
    if let directive, !(last.isFirstOnLine && frames.isEmpty) { return .directive(directive) }
    // A name at the start of a line behind a directive begins a clause.
    if directive != nil { return .literal }
    if isBehindSource { return beforeLast?.kind == .colon ? .nothing : .source }
    switch frames.last {
    case .atom(let predicate, let position, let name):
      return isBehindOperand ? .nothing : .argument(.init(predicate: predicate, position: position, name: name))
    case .call: return .operand(beside: nil)
    case .group, .braces, nil:
      if isAtLiteral { return .literal }
      if isInTail { return .tail }
      return isBehindOperand ? .tail : .operand(beside: operandBeside)
    }
  }

  /// Whether a value stands directly before the cursor's word.
  private var isBehindOperand: Bool {
    switch beforeLast?.kind {
    case .name, .variable, .wildcard, .quoted, .number, .year, .float, .date, .rightParenthesis, .rightBrace: true
    default: false
    }
  }

  /// Adds the variables behind the cursor, up to the end of the clause.
  mutating func addVariables(behind text: UnsafeBufferPointer<UInt8>, isInWord: Bool) {
    var rest = Lexer(text, source: SourceID(0))
    rest.isMuted = true
    // What stands directly behind the cursor belongs to the word before it.
    if isInWord { rest.skipWord() }
    while true {
      let token = rest.next()
      switch token.kind {
      case .end, .dot, .question, .tilde, .directive: return
      case .variable:
        variables.appendIfNew(String(decoding: text[token.start..<token.end], as: UTF8.self))
      default: break
      }
    }
  }
}

extension Array {
  fileprivate mutating func removeLastIfAny() {
    if !isEmpty { removeLast() }
  }
}

extension [String] {
  fileprivate mutating func appendIfNew(_ name: String) {
    if !contains(name) { append(name) }
  }
}
