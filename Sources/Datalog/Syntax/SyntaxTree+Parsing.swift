extension SyntaxTree {
  /// Parses a source; what is wrong with it is appended to `diagnostics`, by place.
  ///
  /// Plain facts go to `sink` while the text is read, those of a text with faults too. The tree of such a text holds
  /// the
  /// clauses that are well formed. Linear in the text; at most 100 faults are told one by one.
  public init(
    parsing text: SourceText,
    as source: SourceID,
    dialect: Dialect,
    into sink: any FactSink,
    diagnostics: inout [Diagnostic]
  ) {
    (self, diagnostics) = text.bytes.withUnsafeBufferPointer { bytes in
      var parser = Parser(bytes, source: source, dialect: dialect, sink: sink)
      parser.parse()
      return (parser.tree, diagnostics + parser.lexer.faults.sorted())
    }
  }
}
