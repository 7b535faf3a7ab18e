extension Parser {
  /// Reads a plain fact and hands it to the sink; otherwise stays where it is.
  mutating func parsePlainFact() -> Bool {
    let first = token
    let faultCount = lexer.faults.count
    if readPlainFact() { return true }
    lexer.faults.forget(after: faultCount)
    token = first
    lexer.move(to: first.end)
    return false
  }

  private mutating func readPlainFact() -> Bool {
    let name = token
    let faultCount = lexer.faults.count
    guard !isWord("not", name) else { return false }
    arguments.removeAll(keepingCapacity: true)
    decoded.removeAll(keepingCapacity: true)
    decodedStarts.removeAll(keepingCapacity: true)
    columnSpans.removeAll(keepingCapacity: true)
    token = lexer.next()
    if token.kind == .leftParenthesis, !readPlainArguments() { return false }
    var sources = sourceSets.citedSet
    if token.kind == .at {
      guard let set = readPlainSources() else { return false }
      sources = set
    }
    guard token.kind == .dot, lexer.faults.count == faultCount else { return false }
    previousEnd = token.end
    deliver(name, sources)
    token = lexer.next()
    // Faults of the token after the fact are not the fact's.
    return true
  }

  /// `(a, "b", -3)`, the parenthesis in hand.
  private mutating func readPlainArguments() -> Bool {
    token = lexer.next()
    if token.kind == .rightParenthesis {
      token = lexer.next()
      return true
    }
    while readPlainArgument() {
      let kind = token.kind
      guard kind == .comma || kind == .rightParenthesis else { return false }
      token = lexer.next()
      if kind == .rightParenthesis { return true }
    }
    return false
  }

  private mutating func readPlainArgument() -> Bool {
    let start = token.start
    let isNegative = token.kind == .minus
    if isNegative {
      token = lexer.next()
      guard token.kind.isNumeric else { return false }
    }
    switch token.kind {
    case .name:
      guard !isWord("not", token) else { return false }
      add(.symbol, text: UnsafeBufferPointer(rebasing: lexer.text[token.start..<token.end]))
    case .quoted:
      let inner = lexer.innerRange(of: token)
      if token.hasEscapes {
        decodedStarts.append((arguments.count, decoded.count))
        lexer.appendDecoded(token, to: &decoded)
      }
      add(.symbol, text: UnsafeBufferPointer(rebasing: lexer.text[inner]))
    case .number, .year:
      guard let value = Parser.integer(token.bits, isNegative: isNegative) else { return false }
      add(token.kind == .year && !isNegative ? .year : .number, bits: UInt64(bitPattern: value))
    case .float:
      add(.float, bits: Parser.float(token.bits, isNegative: isNegative).bitPattern)
    case .date:
      add(.date, bits: token.bits)
    default:
      return false
    }
    columnSpans.append((start, token.end))
    token = lexer.next()
    return true
  }

  private mutating func add(_ kind: LiteralKind, bits: UInt64 = 0, text: UnsafeBufferPointer<UInt8>? = nil) {
    let text = text ?? UnsafeBufferPointer(start: nil, count: 0)
    arguments.append(FactArgument(kind: kind, bits: bits, text: text))
  }

  /// The number of a magnitude and a sign, or `nil` when it does not fit.
  static func integer(_ magnitude: UInt64, isNegative: Bool) -> Int64? {
    if isNegative { return magnitude <= Int64.min.magnitude ? Int64(truncatingIfNeeded: 0 &- magnitude) : nil }
    return Int64(exactly: magnitude)
  }

  /// Never negative zero.
  static func float(_ bits: UInt64, isNegative: Bool) -> Double {
    let value = Double(bitPattern: bits)
    return isNegative && value != 0 ? -value : value
  }

  private mutating func deliver(_ name: Token, _ sources: SourceSetID) {
    let bytes = UnsafeBufferPointer(rebasing: lexer.text[name.start..<name.end])
    let place = facts.place(bytes, arity: arguments.count, span: span(of: name))
    facts.count(place)
    for column in arguments.indices {
      let (start, end) = columnSpans[column]
      facts.note(arguments[column].kind, place, column: column, at: lexer.span(start, end))
    }
    let predicate = facts.summaries[place].predicate.text
    let sink = sink
    decoded.withUnsafeBufferPointer { decoded in
      for (index, part) in decodedStarts.enumerated() {
        let end = index + 1 < decodedStarts.count ? decodedStarts[index + 1].start : decoded.count
        let text = UnsafeBufferPointer(rebasing: decoded[part.start..<end])
        arguments[part.argument] = FactArgument(kind: .symbol, bits: 0, text: text)
      }
      // SAFETY: `decoded` and the text of the source outlive the call, as `FactArgument.text` promises.
      arguments.withUnsafeBufferPointer {
        sink.receive(summary: place, predicate: predicate, arguments: $0, sources: sources)
      }
    }
  }

  /// `@ doc:4, other:1`, the `@` in hand: the set of it, or `nil` when it is not plain.
  private mutating func readPlainSources() -> SourceSetID? {
    let start = token.end
    var end = start
    citedParts.removeAll(keepingCapacity: true)
    repeat {
      token = lexer.next()
      let document = token
      guard document.kind == .name || document.kind == .quoted, !isWord("not", document) else { return nil }
      end = document.end
      token = lexer.next()
      var passage: Int64?
      if token.kind == .colon {
        token = lexer.next()
        guard token.kind == .number || token.kind == .year, let number = Int64(exactly: token.bits) else { return nil }
        passage = number
        end = token.end
        token = lexer.next()
      }
      citedParts.append((document, passage, end))
    } while token.kind == .comma
    guard token.kind == .dot else { return nil }
    if let known = sourceSets.remembered(start..<end, in: lexer.text) { return known }
    let set = sourceSets.set(
      with: citedParts.map {
        Citation(document: symbol($0.document), passage: $0.passage, span: lexer.span($0.document.start, $0.end))
      }
    )
    sourceSets.remember(start..<end, in: lexer.text, as: set)
    return set
  }

  /// The symbol of a name or of quoted text.
  func symbol(_ token: Token) -> Symbol {
    guard token.kind == .quoted else { return Symbol(utf8: lexer.text[token.start..<token.end]) }
    guard token.hasEscapes else { return Symbol(utf8: lexer.text[lexer.innerRange(of: token)]) }
    var bytes: [UInt8] = []
    lexer.appendDecoded(token, to: &bytes)
    return Symbol(utf8: bytes)
  }
}
