import ArgumentParser
@preconcurrency import Glibc
import Shell
import StudyVisits

/// Which knowledge base is meant.
struct DatabaseOptions: ParsableArguments {
  @Option(name: .long, help: ArgumentHelp("The knowledge base file.", valueName: "kb"))
  var db: String?

  @OptionGroup var past: PastOptions

  /// `--db`, else VISITLOG_DB.
  var path: String? { db ?? Environment.value("VISITLOG_DB") }

  /// `--db`, else VISITLOG_DB, else the shipped visit; says which when it was not named here.
  func open() throws(KnowledgeBaseError) -> KnowledgeBase {
    if let db { return try past.open(.file(db)) }
    if let path = Environment.value("VISITLOG_DB") {
      Console.say("visitlog: asking `\(path)` (VISITLOG_DB)")
      return try past.open(.file(path))
    }
    let shipped = try past.open(.shipped)
    Console.say("visitlog: asking \(shipped.title); `--db FILE` opens another")
    return shipped
  }
}

/// Which state of a knowledge base is asked.
struct PastOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "Ask what was known at the end of a day, or at a time such as 2018-06-29T17:00+09:00.",
      valueName: "date"
    )
  )
  var asOf: String?

  func open(_ location: KnowledgeBase.Location) throws(KnowledgeBaseError) -> KnowledgeBase {
    try KnowledgeBase.open(location, asOf: asOf.map { text throws(KnowledgeBaseError) in try Environment.moment(text) })
  }
}

/// What bounds and feeds an evaluation.
struct EvaluationOptions: ParsableArguments {
  @Option(
    name: .customLong("param"),
    help: ArgumentHelp("Give the parameter `$name` a value; may be repeated.", valueName: "name=value")
  )
  var parameters: [String] = []

  @Option(
    name: .customLong("limit"),
    help: ArgumentHelp(
      "Bound an evaluation: time=10m, tuples=1000000, memory=8G; `none` lifts a bound.",
      valueName: "name=value"
    )
  )
  var limits: [String] = []

  @Option(name: .long, help: ArgumentHelp("The day that `today()` is; the local day unless given.", valueName: "date"))
  var today: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "How many threads may evaluate; as many as there are processors unless given. Answers do not depend on it.",
      valueName: "n"
    )
  )
  var threads: Int?

  func validate() throws {
    _ = try settings()
  }

  /// The options with what their texts say.
  private func settings() throws -> RunOptions {
    var options = RunOptions(limits: .standard(memory: Environment.memory), today: Environment.today)
    guard options.setThreads(threads ?? Processors.count) else {
      throw ValidationError("--threads takes a number from 1 on")
    }
    for parameter in parameters where !options.setParameter(parameter) {
      throw ValidationError("--param takes name=value, such as --param country=japan; found `\(parameter)`")
    }
    for limit in limits where !options.setLimit(limit) {
      throw ValidationError("--limit takes time=10m, tuples=1000000 or memory=8G; found `\(limit)`")
    }
    if let today, !options.setToday(today) {
      throw ValidationError("--today takes a day, such as 2018-06-29; found `\(today)`")
    }
    return options
  }

  func runOptions(
    _ interruption: Interruption,
    factsFolder: String? = nil,
    outputFolder: String? = nil,
    endsProcess: Bool = true
  ) throws -> RunOptions {
    var options = try settings()
    options.endsProcess = endsProcess
    options.factsFolder = factsFolder
    options.outputFolder = outputFolder
    options.isCancelled = { interruption.isPending }
    return options
  }
}

/// Which files texts may name.
struct FileOptions: ParsableArguments {
  @Flag(
    name: .long,
    help: "Let `.include`, `.input` and `.output` name files anywhere, not just below the run's folders."
  )
  var allowPaths = false

  /// The options with what is said here.
  func applied(to options: RunOptions) -> RunOptions {
    var options = options
    if allowPaths { options.fileAccess = .anywhere }
    return options
  }
}

/// What an evaluation tells of itself, on standard error when it has ended.
struct ExplanationOptions: ParsableArguments {
  @Flag(name: .long, help: "Tell how everything was evaluated, and why so.")
  var plan = false

  @Flag(name: .long, help: "Tell what the evaluation took, by rule and round.")
  var profile = false

  /// Does what options with an explanation are for; tells what it was asked to, however that ends.
  func explaining(_ options: RunOptions, _ body: (RunOptions) throws -> Void) throws {
    guard plan || profile else { return try body(options) }
    let explanation = Explanation()
    var options = options
    options.explanation = explanation
    defer {
      if plan { Console.say(explanation.plan) }
      if profile { Console.say(explanation.profile()) }
    }
    try body(options)
  }
}

/// What is said of answers besides what they are.
struct EvidenceOptions: ParsableArguments {
  @Flag(name: .long, help: "Tell for each row what documents and passages it rests on.")
  var evidence = false

  /// The options with what is said here.
  func applied(to options: RunOptions) -> RunOptions {
    var options = options
    options.tellsSources = evidence
    return options
  }
}

/// What the process is told by its surroundings.
enum Environment {
  /// All variables.
  static var all: [String: String] {
    var result: [String: String] = [:]
    var place = environ
    while let entry = place.pointee {
      let parts = String(cString: entry).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      if parts.count == 2 { result[String(parts[0])] = String(parts[1]) }
      place += 1
    }
    return result
  }

  /// What output goes by.
  static var output: OutputSurroundings {
    OutputSurroundings(
      environment: all,
      isInputTerminal: isatty(0) == 1,
      isOutputTerminal: isatty(1) == 1,
      isErrorTerminal: isatty(2) == 1,
      measure: {
        var size = winsize()
        guard ioctl(1, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else { return nil }
        return OutputSurroundings.Size(columns: Int(size.ws_col), rows: Int(size.ws_row))
      }
    )
  }

  static func value(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
  }

  /// The local day.
  static var today: (year: Int, month: Int, day: Int) {
    var now = time(nil)
    var local = tm()
    localtime_r(&now, &local)
    return (Int(local.tm_year) + 1900, Int(local.tm_mon) + 1, Int(local.tm_mday))
  }

  /// A moment that has come.
  static func moment(_ text: String) throws(KnowledgeBaseError) -> Moment {
    do {
      return try Moment(text, now: note().time)
    } catch {
      throw .history(.moment(error))
    }
  }

  /// A change made now; its author is the user unless another is named.
  static func note(author: String? = nil, reason: String? = nil) -> ChangeNote {
    var now = time(nil)
    var utc = tm()
    gmtime_r(&now, &utc)
    var text = [CChar](repeating: 0, count: 32)
    let length = strftime(&text, text.count, "%Y-%m-%dT%H:%M:%SZ", &utc)
    let time = String(decoding: text[..<length].map(UInt8.init(bitPattern:)), as: UTF8.self)
    return ChangeNote(time: time, author: author ?? value("USER") ?? value("LOGNAME"), reason: reason)
  }

  /// The machine's memory in bytes.
  static var memory: Int {
    sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE))
  }
}
