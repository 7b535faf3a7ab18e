internal import Engine
internal import Planning

extension Explanation {
  /// What the last run that asked for something took: the rule that dominates first, then what the run did with its time,
  /// each rule, the rounds of those that have any, and the relations.
  ///
  /// - Parameter isWhole: shows each round; else neighbours together.
  public func profile(isWhole: Bool = false) -> String {
    guard let record else { return Explanation.nothingAsked }
    let strata = record.requests.flatMap(\.steps).compactMap { step -> ExplainedStratum? in
      if case .stratum(let stratum) = step { stratum } else { nil }
    }
    let report = ProfileReport(strata, mostRounds: isWhole ? Int.max : ProfileReport.mostRounds)
    let sections = [
      report.dominating, Explanation.times(record), report.rules, report.steps, report.rounds, report.relations,
    ]
    return sections.filter { !$0.isEmpty }.joined(separator: "\n")
  }

  private static func times(_ record: Record) -> String {
    let parts = Phase.allCases.compactMap { phase in
      record.times[phase].map { "\(phase.rawValue) \($0.nanoseconds.timeText)" }
    }
    return "\(record.total.nanoseconds.timeText) in all: \(parts.joined(separator: ", "))\n"
  }
}

/// The profile of some strata, section by section; a section without anything to tell is empty.
private struct ProfileReport {
  /// Chosen: what a screen holds.
  static let mostRounds = 12
  private static let mostRules = 20
  /// The share of the rules' time from which on a rule is named first.
  private static let dominance = 0.5

  /// One rule, or a part of a stratum that is none.
  private struct Entry {
    let stratum: ExplainedStratum
    /// With the place of a rule.
    let text: String
    /// One, or the variants of a recursive rule.
    var parts: [PlanOutline.Part]
    var total: StratumProfile.Figures
    var rounds: [StratumProfile.Rounds]

    var roundCount: Int? { rounds.last?.last }
  }

  private let strata: [ExplainedStratum]
  /// Those that took longest first.
  private let entries: [Entry]
  private let total: StratumProfile.Figures
  private let mostRounds: Int

  init(_ strata: [ExplainedStratum], mostRounds: Int) {
    self.strata = strata
    self.mostRounds = mostRounds
    let entries = strata.flatMap(ProfileReport.entries)
    self.entries = entries.enumerated().sorted { a, b in
      (b.element.total.nanoseconds, a.offset) < (a.element.total.nanoseconds, b.offset)
    }.map(\.element)
    total = entries.reduce(into: StratumProfile.Figures()) { $0 += $1.total }
  }

  private static func entries(of stratum: ExplainedStratum) -> [Entry] {
    var entries: [Entry] = []
    for part in stratum.outline.parts {
      guard let profile = stratum.profile.parts[part.part] else { continue }
      // The variants of a rule stand one after the other.
      if case .variant = part.part, let last = entries.indices.last, entries[last].parts[0].rules == part.rules {
        entries[last].parts.append(part)
        entries[last].total += profile.total
        // The last round may have ended early.
        for (place, round) in profile.rounds.enumerated() where place < entries[last].rounds.count {
          entries[last].rounds[place].figures += round.figures
        }
        continue
      }
      let rule = stratum.rule(of: part)
      let isGrouping = if case .grouping = part.part { true } else { false }
      let text = (isGrouping ? "grouping of " : "") + rule.line
      entries.append(
        Entry(
          stratum: stratum,
          text: text,
          parts: [part],
          total: profile.total,
          rounds: profile.rounds
        )
      )
    }
    if let advance = stratum.profile.parts[.advance] {
      let text = "between rounds of \(stratum.outline.heads.joined(separator: ", "))"
      entries.append(
        Entry(stratum: stratum, text: text, parts: [], total: advance.total, rounds: [])
      )
    }
    return entries
  }

  // MARK: Sections

  var dominating: String {
    guard let first = entries.first, share(first) >= ProfileReport.dominance else { return "" }
    return "\(first.text)\ntakes \(shareText(first)) of the rules' time\n"
  }

  var rules: String {
    guard !entries.isEmpty else { return "nothing was derived\n" }
    var columns = TextColumns(figures: [0, 1, 2, 3, 4])
    columns.append("time", "share", "derived", "attempted", "rounds", "rule")
    for entry in entries.prefix(ProfileReport.mostRules) {
      append(entry.total, shareText(entry), entry.roundCount, entry.text, to: &columns)
    }
    let others = entries.dropFirst(ProfileReport.mostRules)
    if !others.isEmpty {
      let sum = others.reduce(into: StratumProfile.Figures()) { $0 += $1.total }
      append(sum, "", nil, "\(others.count) more", to: &columns)
    }
    return columns.text(indent: "")
  }

  private func append(
    _ figures: StratumProfile.Figures,
    _ share: String,
    _ roundCount: Int?,
    _ text: String,
    to columns: inout TextColumns
  ) {
    columns.append(
      figures.nanoseconds.timeText,
      share,
      figures.derived.figure,
      figures.attempted.figure,
      roundCount?.figure ?? "",
      text
    )
  }

  /// The steps of the rule that took longest.
  var steps: String {
    guard let first = entries.first, !first.parts.isEmpty else { return "" }
    var columns = TextColumns(figures: [0, 1])
    columns.append("expected", "rows", "steps of the first")
    for part in first.parts {
      let profile = first.stratum.profile.parts[part.part]
      let rows = profile.map { $0.stepRows + [$0.total.attempted] } ?? []
      for line in part.lines {
        let count = line.step.flatMap { rows.indices.contains($0) ? rows[$0].figure : nil }
        columns.append(line.expected?.figure ?? "", count ?? "", line.indentedText, line.reason)
      }
    }
    return columns.text(indent: "")
  }

  var rounds: String {
    var text = ""
    for entry in entries.prefix(ProfileReport.mostRules) where !entry.rounds.isEmpty {
      var columns = TextColumns(figures: [0, 1, 2, 3])
      columns.append("round", "time", "derived", "attempted")
      for round in StratumProfile.merged(entry.rounds, into: mostRounds) {
        columns.append(
          round.first == round.last ? "\(round.first)" : "\(round.first)-\(round.last)",
          round.figures.nanoseconds.timeText,
          round.figures.derived.figure,
          round.figures.attempted.figure
        )
      }
      text += (text.isEmpty ? "" : "\n") + "\(entry.text)\n" + columns.text(indent: "")
    }
    return text
  }

  var relations: String {
    var columns = TextColumns(figures: [0, 1])
    columns.append("tuples", "memory", "relation", "kept as")
    for stratum in strata {
      for (head, storage) in zip(stratum.outline.heads, stratum.storage) {
        columns.append(storage.tupleCount.figure, storage.byteCount.memoryText, head, storage.text)
      }
    }
    return strata.isEmpty ? "" : columns.text(indent: "")
  }

  private func share(_ entry: Entry) -> Double {
    total.nanoseconds > 0 ? Double(entry.total.nanoseconds) / Double(total.nanoseconds) : 0
  }

  private func shareText(_ entry: Entry) -> String { "\(Int((share(entry) * 100).rounded())) %" }
}

extension Relation.Storage {
  fileprivate var text: String {
    switch form {
    case .pairs: return "pairs, sorted"
    case .rows(let first, let second) where arity == 2:
      let tables = [(first, "first"), (second, "second")].compactMap { rows, column in
        rows.map { rows in
          let name = (rows.isFrozen ? "frozen " : "") + (rows.count == 1 ? "row" : "rows")
          return "\(rows.count.figure) \(name) by the \(column) column"
        }
      }
      return tables.joined(separator: ", ")
    case .rows(let rows, _): return (rows?.isFrozen ?? false) ? "a frozen set" : "a set"
    case .store(let indexes, let projections):
      let parts = [(indexes.count, "index", "indexes"), (projections.count, "projection", "projections")]
      let others = parts.filter { $0.0 > 0 }.map { "\($0.0) \($0.0 == 1 ? $0.1 : $0.2)" }
      return (["row store"] + others).joined(separator: ", ")
    }
  }
}

extension Int64 {
  /// Nanoseconds with three digits that count.
  var timeText: String {
    if self < 1_000_000 { return "\(self / 1_000) µs" }
    if self < 10_000_000 { return "\(self / 1_000_000).\(self / 100_000 % 10) ms" }
    if self < 1_000_000_000 { return "\(self / 1_000_000) ms" }
    let hundredths = self / 10_000_000
    return "\(hundredths / 100).\(hundredths / 10 % 10)\(hundredths % 10) s"
  }
}

extension Int {
  /// Bytes in the unit that leaves at most four digits.
  fileprivate var memoryText: String {
    if self < 10_000 { return "\(self) B" }
    return self < 10_000_000 ? "\(self / 1_000) kB" : "\(self / 1_000_000) MB"
  }
}
