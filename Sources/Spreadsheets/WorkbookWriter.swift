internal import CXLSXWriter
internal import Glibc

/// Writes sheets of typed cells as a workbook in the form of ISO/IEC 29500 (`.xlsx`).
///
/// Rows go to temporary files without a name as they come; only the packed workbook is held in memory. The same cells give
/// the same bytes.
public final class WorkbookWriter {
  private let target: WorkbookTarget
  private var sheets: [SheetWriter] = []

  public init() throws(WorkbookError) {
    target = try WorkbookTarget()
  }

  /// A further sheet, with headings in bold that stay in sight and filter the rows below them.
  ///
  /// - Parameter dayColumns: those in which what people write later is shown as a day.
  public func addSheet(
    _ name: String,
    headings: [String],
    dayColumns: Set<Int> = []
  ) throws(WorkbookError) -> SheetWriter {
    guard headings.count <= Workbook.columnLimit else { throw .tooManyColumns(sheet: name, count: headings.count) }
    // The library would give a sheet without a name one of its own.
    guard !name.isEmpty, let sheet = visitlog_xlsx_add_sheet(target.library, target.workbook, name) else {
      throw .badSheetName(name)
    }
    let writer = SheetWriter(name, sheet, of: target, dayColumns: dayColumns)
    try writer.writeHeadings(headings)
    sheets.append(writer)
    return writer
  }

  /// The bytes of the workbook, to which nothing can be added then.
  public func finish() throws(WorkbookError) -> [UInt8] {
    for sheet in sheets { sheet.finish() }
    return try target.finish()
  }
}

/// The workbook that the library makes, and what all its sheets need of it.
final class WorkbookTarget {
  let library: UnsafePointer<visitlog_xlsx>
  let workbook: UnsafeMutablePointer<lxw_workbook>
  let bold, day, whole, text: UnsafeMutablePointer<lxw_format>
  /// Without a name, so that nothing is left of it.
  private let file: UnsafeMutablePointer<FILE>
  private var isOpen = true

  init() throws(WorkbookError) {
    let functions = UnsafeMutablePointer<visitlog_xlsx>.allocate(capacity: 1)
    guard visitlog_xlsx_load(functions) != 0 else {
      functions.deallocate()
      throw .missingLibrary("libxlsxwriter", package: "libxlsxwriter-dev")
    }
    guard let file = tmpfile() else {
      functions.deallocate()
      throw .notWritten(String(cString: strerror(errno)))
    }
    guard let workbook = visitlog_xlsx_new(functions, "/proc/self/fd/\(fileno(file))"),
      let bold = visitlog_xlsx_bold(functions, workbook),
      let day = visitlog_xlsx_format(functions, workbook, "yyyy-mm-dd"),
      let whole = visitlog_xlsx_format(functions, workbook, "0"),
      let text = visitlog_xlsx_format(functions, workbook, "@")
    else { preconditionFailure("there is memory for a workbook") }
    library = UnsafePointer(functions)
    (self.file, self.workbook) = (file, workbook)
    (self.bold, self.day, self.whole, self.text) = (bold, day, whole, text)
  }

  deinit {
    if isOpen { visitlog_xlsx_discard(library, workbook) }
    fclose(file)
    library.deallocate()
  }

  fileprivate func finish() throws(WorkbookError) -> [UInt8] {
    precondition(isOpen, "a workbook is finished once")
    isOpen = false
    let error = visitlog_xlsx_close(library, workbook)
    guard error == 0 else { throw .notWritten(String(cString: visitlog_xlsx_reason(library, error))) }
    guard fseek(file, 0, SEEK_END) == 0, case let count = ftell(file), count >= 0 else {
      throw .notWritten(String(cString: strerror(errno)))
    }
    rewind(file)
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, read in
      read = fread(buffer.baseAddress, 1, count, file)
    }
    guard bytes.count == count else { throw .notWritten("its draft cannot be read") }
    return bytes
  }
}
