/// Reads one format.
protocol ImportReader {
  /// What is wrong with single records goes to the problems of `data`; what keeps all from being read is thrown.
  ///
  /// - Parameter schema: the predicates of the knowledge base.
  func read(_ bytes: [UInt8], _ schema: CompletionSchema, into data: inout ImportedData) throws(KnowledgeBaseError)
}

/// Why nothing of a file could be imported.
public struct ImportFault: Error, Hashable, Sendable, CustomStringConvertible {
  public let file: String
  /// Where in the file, as people find it; `nil` for all of it.
  public let place: String?
  public let message: String

  public init(_ file: String, place: String? = nil, _ message: String) {
    self.file = file
    self.place = place
    self.message = message
  }

  public var description: String { [file, place, message].compactMap(\.self).joined(separator: ": ") }
}

/// What whoever imports says of a file.
public struct ImportSettings: Sendable {
  /// `nil` goes by the ending of the file's name.
  public var format: ImportFormat?
  /// The file that says what columns stand for.
  public var map: String?
  public var dateOrder: DateOrder?

  public init() {}
}

/// What may be imported.
public enum ImportFormat: String, CaseIterable, Sendable {
  case csv, tsv, xlsx, popolo, jsonl, ics

  /// The format that a file's name ends in.
  init?(endingOf file: String) {
    guard let dot = file.lastIndex(of: ".") else { return nil }
    switch file[file.index(after: dot)...].lowercased() {
    case "json": self = .popolo
    case "ndjson": self = .jsonl
    case let ending: self.init(rawValue: ending)
    }
  }

  static func reader(of file: String, _ settings: ImportSettings) throws(KnowledgeBaseError) -> any ImportReader {
    guard let format = settings.format ?? ImportFormat(endingOf: file) else {
      let names = allCases.map { "`\($0.rawValue)`" }.joined(separator: ", ")
      throw .importing(ImportFault(file, "the name does not end in that of a format: `--as` names one of \(names)"))
    }
    let map = try settings.map.map { path throws(KnowledgeBaseError) in try columnMap(path) }
    switch format {
    case .csv, .tsv:
      return DelimitedTableReader(map: map, dateOrder: settings.dateOrder, isTabbed: format == .tsv)
    case .xlsx:
      return WorkbookTableReader(map: map, dateOrder: settings.dateOrder)
    case .popolo: return RecordReader { PopoloReader.read($0, file: file) }
    case .jsonl: return RecordReader { JSONLinesReader.read($0, file: file) }
    case .ics: return RecordReader { CalendarReader.read($0, file: file) }
    }
  }

  private static func columnMap(_ path: String) throws(KnowledgeBaseError) -> ColumnMap {
    let text = String(decoding: try KnowledgeBase.contents(of: path), as: UTF8.self)
    do throws(ColumnMap.Fault) {
      return try ColumnMap(text)
    } catch {
      throw .importing(ImportFault(path, error.message))
    }
  }
}
