public import Datalog
public import Engine

/// Reads a file of facts into a table.
public struct DelimitedReader {
  /// What the columns of a file are parted by.
  public enum Format: String, CaseIterable, Sendable {
    case tsv, csv

    /// The format that a path's ending tells: CSV for `.csv`, else TSV (`.facts` is TSV).
    public init(path: String) {
      self = path.utf8.suffix(4).elementsEqual(".csv".utf8) ? .csv : .tsv
    }
  }

  public let format: Format
  /// The predicate's columns in order.
  public let columns: [Column]
  /// Where symbols get their words.
  public let values: Values

  public init(_ format: Format, columns: [Column], values: Values) {
    self.format = format
    self.columns = columns
    self.values = values
  }

  /// Appends the tuples of a file to `table`, all or, when anything is wrong with them, none.
  ///
  /// Tuples are as the file has them: neither sorted nor distinct. `sources` stands beside each. `isCancelled` is asked
  /// before each block of the file.
  public func read(
    _ path: String,
    into table: FactTable,
    sources: UInt32 = 0,
    isCancelled: @escaping () -> Bool = { false }
  ) throws(InputFaults) {
    precondition(table.columnCount == columns.count, "the table has the columns of the predicate")
    let rowCount = table.rowCount
    var log = FaultLog(file: path)
    do {
      var file = try FileBlocks(path: path, isCancelled: isCancelled)
      switch format {
      case .tsv:
        var reader = TSVReader(columns: columns, values: values, table: table, sources: sources, file: path)
        defer { log = reader.faults }
        try reader.read(&file)
      case .csv:
        var reader = CSVReader(columns: columns, values: values, table: table, sources: sources, file: path)
        defer { log = reader.faults }
        try reader.read(&file)
      }
    } catch {
      log.note(error)
    }
    guard !log.faults.isEmpty else { return }
    table.truncate(to: rowCount)
    throw InputFaults(faults: log.faults, mayHaveMore: log.isFull)
  }
}
