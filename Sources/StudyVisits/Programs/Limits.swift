internal import Datalog
public import Engine

extension EvaluationLimits {
  /// 60 s, 2^28 derived tuples, and the given share of the machine's memory.
  public static func standard(memory: Int) -> EvaluationLimits {
    EvaluationLimits(time: .seconds(60), tupleCount: 1 << 28, byteCount: memory / 2)
  }

  /// Sets one bound by its name: `time=10m`, `tuples=1000000`, `memory=8G`, `none` lifts it.
  ///
  /// - Returns: false when there is no such bound or the value cannot be read.
  public mutating func set(_ name: String, _ value: String) -> Bool {
    let isNone = value == "none"
    switch name {
    case "time":
      guard isNone || EvaluationLimits.duration(value) != nil else { return false }
      time = isNone ? nil : EvaluationLimits.duration(value)
    case "tuples":
      guard isNone || EvaluationLimits.count(value) != nil else { return false }
      tupleCount = isNone ? nil : EvaluationLimits.count(value)
    case "memory":
      guard isNone || EvaluationLimits.count(value) != nil else { return false }
      byteCount = isNone ? nil : EvaluationLimits.count(value)
    default: return false
    }
    return true
  }

  /// Each bound as it is set, in the largest unit that gives a whole number; memory in millions of bytes.
  var texts: [String] {
    let seconds = time.map { time in
      let parts = time.components
      let milliseconds = parts.seconds * 1000 + parts.attoseconds / 1_000_000_000_000_000
      return EvaluationLimits.text(milliseconds, units: [("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1)])
    }
    let counts = [("G", Int64(1_000_000_000)), ("M", 1_000_000), ("k", 1000), ("", 1)]
    let tuples = tupleCount.map { EvaluationLimits.text(Int64($0), units: counts) }
    let memory = byteCount.map { $0 < 1_000_000 ? "\($0)" : "\($0 / 1_000_000)M" }
    return ["time=\(seconds ?? "none")", "tuples=\(tuples ?? "none")", "memory=\(memory ?? "none")"]
  }

  private static func text(_ value: Int64, units: [(name: String, size: Int64)]) -> String {
    guard let unit = units.first(where: { value % $0.size == 0 }), value != 0 else { return "\(value)" }
    return "\(value / unit.size)\(unit.name)"
  }

  private static func duration(_ text: String) -> Duration? {
    for (unit, milliseconds) in [("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000)] where text.hasSuffix(unit) {
      guard let count = Int(text.dropLast(unit.count)), count >= 0 else { continue }
      let (product, overflows) = count.multipliedReportingOverflow(by: milliseconds)
      return overflows ? nil : .milliseconds(product)
    }
    return Int(text).flatMap { $0 >= 0 && $0 < 1 << 40 ? .seconds($0) : nil }
  }

  private static func count(_ text: String) -> Int? {
    for (unit, scale) in [("k", 1_000), ("M", 1_000_000), ("G", 1_000_000_000)] where text.hasSuffix(unit) {
      guard let count = Int(text.dropLast()), count >= 0 else { return nil }
      let (product, overflows) = count.multipliedReportingOverflow(by: scale)
      return overflows ? nil : product
    }
    return Int(text).flatMap { $0 >= 0 ? $0 : nil }
  }

  /// With what the `.limit` directives of a text say.
  func changed(by text: ProgramText) throws(KnowledgeBaseError) -> EvaluationLimits {
    var limits = self
    for (name, value) in text.limits where !limits.set(name.text, value.text) {
      let diagnostic = Diagnostic(
        .unknownLimit,
        at: name.span.joined(value.span),
        "there is no limit `\(name.text)=\(value.text)`",
        help: "write `time=10m`, `tuples=1000000`, `memory=8G`, or `none` after the `=`"
      )
      throw .rejected(Findings([diagnostic], in: text.texts))
    }
    return limits
  }
}
