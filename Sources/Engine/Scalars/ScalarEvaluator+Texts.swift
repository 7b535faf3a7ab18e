extension ScalarEvaluator {
  /// The functions of texts, and `concatenate` of any types.
  func applyTexts(
    _ function: ScalarFunction,
    _ arguments: [ScalarColumn],
    _ rows: ScalarRows,
    into result: ScalarColumn
  ) {
    if function == .concatenate { return concatenate(arguments, rows, into: result) }
    precondition(arguments[0].type == .symbol, "\(function) is of symbols")
    let texts = arguments[0].texts
    switch function {
    case .length: for row in 0..<rows.count { result.numbers[row] = Int64(ScalarText.count(texts[row])) }
    case .substring:
      let starts = arguments[1].numbers
      let lengths = arguments[2].numbers
      for row in 0..<rows.count {
        result.texts[row] = ScalarText.substring(texts[row], from: starts[row], length: lengths[row])
      }
    case .trim: for row in 0..<rows.count { result.texts[row] = ScalarText.trimmed(texts[row]) }
    case .lower, .upper:
      for row in 0..<rows.count {
        scratch.draft.pointee.removeAll(keepingCapacity: true)
        ScalarText.append(texts[row], isUpper: function == .upper, to: &scratch.draft.pointee)
        result.texts[row] = finishedText(row, rows)
      }
    case .replace: replace(arguments, rows, into: result)
    default: preconditionFailure("\(function) is not of symbols")
    }
  }

  /// Joins the printed forms of the arguments.
  private func concatenate(_ arguments: [ScalarColumn], _ rows: ScalarRows, into result: ScalarColumn) {
    for row in 0..<rows.count {
      scratch.draft.pointee.removeAll(keepingCapacity: true)
      for argument in arguments where scratch.draft.pointee.count <= ScalarScratch.maximalTextLength {
        print(argument, row)
      }
      result.texts[row] = finishedText(row, rows)
    }
  }

  /// Puts another text for every occurrence of one, from left to right; the empty text occurs nowhere.
  private func replace(_ arguments: [ScalarColumn], _ rows: ScalarRows, into result: ScalarColumn) {
    for row in 0..<rows.count {
      let text = arguments[0].texts[row]
      let part = arguments[1].texts[row]
      let substitute = arguments[2].texts[row]
      guard part.count > 0, var found = TextSearch.offset(of: part, in: text, from: 0) else {
        result.texts[row] = text
        continue
      }
      scratch.draft.pointee.removeAll(keepingCapacity: true)
      var start = 0
      while scratch.draft.pointee.count <= ScalarScratch.maximalTextLength {
        scratch.draft.pointee.append(contentsOf: text[start..<found])
        scratch.draft.pointee.append(contentsOf: substitute)
        start = found + part.count
        guard let next = TextSearch.offset(of: part, in: text, from: start) else { break }
        found = next
      }
      scratch.draft.pointee.append(contentsOf: text[start...])
      result.texts[row] = finishedText(row, rows)
    }
  }

  /// `toNumber`, `toFloat` and `toString`.
  func convert(_ function: ScalarFunction, _ argument: ScalarColumn, _ rows: ScalarRows, into result: ScalarColumn) {
    switch function {
    case .toString:
      for row in 0..<rows.count {
        scratch.draft.pointee.removeAll(keepingCapacity: true)
        print(argument, row)
        result.texts[row] = finishedText(row, rows)
      }
    case .toNumber:
      for row in 0..<rows.count {
        let number = number(argument, row)
        result.numbers[row] = number ?? 0
        if number == nil { rows.fail(row, .missing) }
      }
    case .toFloat:
      for row in 0..<rows.count {
        let float = float(argument, row)
        result.floats[row] = float ?? 0
        if float == nil { rows.fail(row, .missing) }
      }
    default: preconditionFailure("\(function) is no conversion")
    }
  }

  private func number(_ argument: ScalarColumn, _ row: Int) -> Int64? {
    switch argument.type {
    case .symbol: NumberText.number(argument.texts[row])
    case .number: argument.numbers[row]
    case .float: Int64(exactly: argument.floats[row].rounded(.towardZero))
    case .date: nil
    }
  }

  private func float(_ argument: ScalarColumn, _ row: Int) -> Double? {
    switch argument.type {
    case .symbol: NumberText.float(argument.texts[row])
    case .number: Double(argument.numbers[row])
    case .float: argument.floats[row]
    case .date: nil
    }
  }

  /// Appends the printed form of a value to the draft.
  @inline(__always)
  private func print(_ argument: ScalarColumn, _ row: Int) {
    switch argument.type {
    case .symbol: scratch.draft.pointee.append(contentsOf: argument.texts[row])
    case .number: PlainText.append(argument.numbers[row], to: &scratch.draft.pointee)
    case .float: PlainText.append(argument.floats[row], to: &scratch.draft.pointee)
    case .date: PlainText.append(date: argument.dates[row], to: &scratch.draft.pointee)
    }
  }

  /// The draft as the value of a row; too long a text is an overflow.
  @inline(__always)
  private func finishedText(_ row: Int, _ rows: ScalarRows) -> UnsafeBufferPointer<UInt8> {
    if scratch.draft.pointee.count > ScalarScratch.maximalTextLength {
      scratch.draft.pointee = []
      rows.fail(row, .overflow)
    }
    let text = scratch.storedDraft()
    // A batch of more rows is done again with fewer; a single row has nothing to give up.
    if scratch.isExhausted { rows.fail(row, .overflow) }
    return text
  }
}
