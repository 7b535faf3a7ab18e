internal import CZip

/// Entries of a zip archive, within bounds.
final class ZipArchive {
  /// Chosen: a hundred thousand rows take a tenth of it.
  private static let byteLimit = 256 << 20
  /// XML of lists is packed to a tenth, of empty cells to a hundredth.
  private static let ratioLimit: UInt64 = 400
  private static let smallestSuspect: UInt64 = 8 << 20

  private let library: UnsafePointer<visitlog_zip>
  private let bytes: UnsafeMutableRawBufferPointer
  private let archive: OpaquePointer
  private let isCancelled: () -> Bool

  init(_ contents: [UInt8], isCancelled: @escaping () -> Bool) throws(WorkbookError) {
    let functions = UnsafeMutablePointer<visitlog_zip>.allocate(capacity: 1)
    guard visitlog_zip_load(functions) != 0 else {
      functions.deallocate()
      throw .missingLibrary("libzip", package: "libzip-dev")
    }
    let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: max(contents.count, 1), alignment: 16)
    copy.copyBytes(from: contents)
    guard let archive = visitlog_zip_open(functions, copy.baseAddress, contents.count) else {
      copy.deallocate()
      functions.deallocate()
      throw ZipArchive.isCut(contents) ? .cut(afterByte: contents.count) : .notAWorkbook
    }
    library = UnsafePointer(functions)
    bytes = copy
    self.archive = archive
    self.isCancelled = isCancelled
  }

  /// Whether parts begin and the record that ends every archive is nowhere (PKWARE, APPNOTE.TXT, 4.3.6).
  private static func isCut(_ contents: [UInt8]) -> Bool {
    let (part, end): ([UInt8], [UInt8]) = ([0x50, 0x4B, 3, 4], [0x50, 0x4B, 5, 6])
    let tail = contents.suffix(22 + Int(UInt16.max))
    return contents.starts(with: part) && !tail.indices.contains { tail[$0...].starts(with: end) }
  }

  deinit {
    visitlog_zip_close(library, archive)
    bytes.deallocate()
    library.deallocate()
  }

  /// Hands the bytes of an entry to `body` part by part; `false` when there is no such entry.
  func read(
    _ name: String,
    _ body: (UnsafeRawBufferPointer) throws(WorkbookError) -> Void
  ) throws(WorkbookError) -> Bool {
    var size: UInt64 = 0
    var packed: UInt64 = 0
    let index = visitlog_zip_find(library, archive, name, &size, &packed)
    guard index >= 0 else { return false }
    let isBomb = size > ZipArchive.smallestSuspect && size / max(packed, 1) > ZipArchive.ratioLimit
    guard size <= ZipArchive.byteLimit, !isBomb else { throw .tooLarge(part: name) }
    guard let entry = visitlog_zip_open_entry(library, archive, index) else { throw .notAWorkbook }
    defer { visitlog_zip_close_entry(library, entry) }
    let block = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)
    defer { block.deallocate() }
    // What the directory says of sizes need not be true.
    var total = 0
    while true {
      if isCancelled() { throw .cancelled }
      let count = Int(visitlog_zip_read(library, entry, block.baseAddress, block.count))
      guard count >= 0 else { throw .damaged(part: name, line: 1, "the packed bytes are not what was packed") }
      if count == 0 { return true }
      total += count
      guard total <= ZipArchive.byteLimit else { throw .tooLarge(part: name) }
      try body(UnsafeRawBufferPointer(rebasing: block[..<count]))
    }
  }
}
