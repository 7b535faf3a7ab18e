import ArgumentParser
import Shell
import StudyVisits

/// How answers are written to standard output.
struct OutputOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "How answers are written; a table with borders at a terminal, TSV into a pipe, unless told."
    )
  )
  var format: AnswerFormat?

  @Flag(
    name: .long,
    inversion: .prefixedNo,
    help: ArgumentHelp(
      "Show entities by name too: in files and pipes as well, or nowhere; at a terminal in tables unless told."
    )
  )
  var names: Bool?

  func validate() throws {
    try format?.outputFormat.checkFitsStandardOutput()
  }

  /// Throws where a format holds one answer and there may be several.
  func checkHoldsSeveralAnswers() throws {
    guard format?.outputFormat.isText == false else { return }
    throw ValidationError("a workbook holds one answer, and here may be several: `export` writes one")
  }

  /// Answers on standard output, as the terminal, the environment and these options have it.
  func display(_ interruption: Interruption) -> Display {
    let display = Display(
      Environment.output,
      interruption: interruption,
      output: FileDescriptorSink(1, isCancelled: { interruption.isPending }),
      messages: FileDescriptorSink(2)
    )
    if let format { display.setMode(format.outputFormat) }
    if let names { display.setNames(names ? .everywhere : .nowhere) }
    return display
  }
}

/// The formats of answers that are not graphs.
enum AnswerFormat: String, CaseIterable, ExpressibleByArgument {
  case table, box, list, line, csv, tsv, json, jsonl, markdown, xlsx

  var outputFormat: OutputFormat {
    switch self {
    case .table: .table
    case .box: .box
    case .list: .list
    case .line: .line
    case .csv: .csv
    case .tsv: .tsv
    case .json: .json
    case .jsonl: .jsonl
    case .markdown: .markdown
    case .xlsx: .xlsx
    }
  }
}

extension OutputFormat {
  /// Throws where a terminal would show what is no text.
  func checkFitsStandardOutput() throws {
    guard isText || !Environment.output.isOutputTerminal else {
      throw ValidationError(
        "\(rawValue) is for a file, not for a terminal: redirect it, or give --output where there is one"
      )
    }
  }
}
