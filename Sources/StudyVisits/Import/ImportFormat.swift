/// Reads one format.
protocol ImportReader {
  /// What is wrong with single records goes to the problems of `data`; what keeps all from being read is thrown. Once the
  /// user wants an end, the rest may be left unread: the caller looks.
  ///
  /// - Parameter schema: the predicates of the knowledge base.
  func read(_ schema: CompletionSchema, into data: inout ImportedData) throws(KnowledgeBaseError)
}

extension ImportedData {
  /// The bytes of the file.
  func contents() throws(KnowledgeBaseError) -> [UInt8] {
    let bytes = try KnowledgeBase.contents(of: file)
    guard bytes.count <= ImportedData.byteLimit else {
      throw .importing(ImportFault(file, "the file is larger than \(ImportedData.byteLimit >> 20) MB"))
    }
    return bytes
  }

  /// Chosen: no list of people is larger.
  private static let byteLimit = 256 << 20
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

  public var description: String { [file, place, message].compactMap(\.self).joined(separator: ": ").terminalText }
}

/// What whoever imports says of a file.
public struct ImportSettings: Sendable {
  /// `nil` goes by the ending of the file's name.
  public var format: ImportFormat?
  /// The file that says what columns stand for, and which names are those of known entities.
  public var map: String?
  public var dateOrder: DateOrder?
  /// Of a table as text; `nil` goes by the bytes.
  public var encoding: TextEncoding?
  /// What the file is known by in the knowledge base; `nil` is its name without its folder.
  public var document: String?
  /// What is said of names that are written much like known ones, beside what the map says.
  public var decisions: [String: NameDecision] = [:]

  public init() {}
}

/// What may be imported.
public enum ImportFormat: String, CaseIterable, Sendable {
  case csv, tsv, xlsx, popolo, jsonl, ics, visitlog

  /// The format that a file's name ends in.
  init?(endingOf file: String) {
    guard let dot = file.lastIndex(of: ".") else { return nil }
    switch file[file.index(after: dot)...].lowercased() {
    case "json": self = .popolo
    case "ndjson": self = .jsonl
    case let ending: self.init(rawValue: ending)
    }
  }

  static func reader(
    of file: String,
    _ settings: ImportSettings,
    _ map: ColumnMap?,
    _ options: RunOptions,
    _ watch: RowWatch
  ) throws(KnowledgeBaseError) -> any ImportReader {
    guard let format = settings.format ?? ImportFormat(endingOf: file) else {
      let names = allCases.map { "`\($0.rawValue)`" }.joined(separator: ", ")
      throw .importing(ImportFault(file, "the name does not end in that of a format: `--as` names one of \(names)"))
    }
    guard settings.encoding == nil || format == .csv || format == .tsv else {
      throw .importing(
        ImportFault(file, "`--encoding` is for CSV and TSV; \(format.rawValue) says itself how it is written")
      )
    }
    // A map that only tells of names leaves the columns to their headings.
    let columns = map.flatMap { $0.lines.isEmpty ? nil : $0 }
    switch format {
    case .csv, .tsv:
      return DelimitedTableReader(
        map: columns,
        dateOrder: settings.dateOrder,
        encoding: settings.encoding,
        isTabbed: format == .tsv,
        watch: watch
      )
    case .xlsx: return WorkbookTableReader(map: columns, dateOrder: settings.dateOrder, watch: watch)
    case .popolo: return RecordReader { PopoloReader.read($0, file: file, watch) }
    case .jsonl:
      if let columns {
        return ObjectTableReader(map: columns, dateOrder: settings.dateOrder, watch: watch)
      }
      return RecordReader { JSONLinesReader.read($0, file: file, watch) }
    case .ics: return RecordReader { CalendarReader.read($0, file: file, watch) }
    case .visitlog: return KnowledgeBaseReader(options: options, watch: watch)
    }
  }
}

extension ColumnMap {
  /// The map that a file holds.
  init(file path: String) throws(KnowledgeBaseError) {
    let text = String(decoding: try KnowledgeBase.contents(of: path), as: UTF8.self)
    do throws(Fault) {
      try self.init(text)
    } catch {
      throw .importing(ImportFault(path, error.message))
    }
  }

  /// Refuses what the map that a file holds says of things that the knowledge base has not.
  func check(_ schema: CompletionSchema, file path: String) throws(KnowledgeBaseError) {
    do throws(Fault) {
      try check(schema)
    } catch {
      throw .importing(ImportFault(path, error.message))
    }
  }
}
