import Datalog
internal import StudyVisits

/// Keeps back what is written until it is known whether it fits the screen; what does not goes to the pager.
///
///     write… ─► kept ─► fits: finish() hands it to the terminal
///                    └► more rows than the screen: the pager is started, gets what was kept and all that follows
final class ScreenSink: ByteSink {
  /// How it went.
  enum Outcome: Hashable {
    case shown
    case paged
    /// The shell could not start the pager, which has shown nothing.
    case pagerNotStarted
  }

  /// What a shell says of a command that it cannot run, or not find (POSIX, 2.8.2).
  private static let notStarted: Set<Int32> = [126, 127]

  private let terminal: any ByteSink
  private let size: OutputSurroundings.Size
  private let startPager: () throws(ByteSinkError) -> ChildCommand
  private var kept: [UInt8] = []
  private var pager: ChildCommand?
  private var hasFailed = false

  init(
    _ terminal: any ByteSink,
    size: OutputSurroundings.Size,
    startPager: @escaping () throws(ByteSinkError) -> ChildCommand
  ) {
    self.terminal = terminal
    self.size = size
    self.startPager = startPager
  }

  func write(_ bytes: UnsafeBufferPointer<UInt8>) throws(ByteSinkError) {
    if let pager { return try pager.write(bytes) }
    kept.append(contentsOf: bytes)
    // The last row is the next prompt's.
    guard ScreenSink.rowCount(of: kept, size, most: size.rows) > size.rows - 1 else { return }
    let pager: ChildCommand
    do {
      pager = try startPager()
    } catch {
      hasFailed = true
      throw error
    }
    self.pager = pager
    try kept.withUnsafeBufferPointer { bytes throws(ByteSinkError) in try pager.write(bytes) }
    kept = []
  }

  /// To be called once, whether all was written or not: hands over what was kept, or waits for the pager's end.
  func finish() throws(ByteSinkError) -> Outcome {
    if hasFailed { return .pagerNotStarted }
    if let pager { return ScreenSink.notStarted.contains(pager.finish()) ? .pagerNotStarted : .paged }
    try kept.withUnsafeBufferPointer { bytes throws(ByteSinkError) in try terminal.write(bytes) }
    kept = []
    return .shown
  }

  /// The rows of the screen that text takes, where lines that are too long go on in further rows; counted up to `most`.
  static func rowCount(of text: [UInt8], _ size: OutputSurroundings.Size, most: Int) -> Int {
    var count = 0
    var rest = text[...]
    while !rest.isEmpty, count < most {
      let end = rest.firstIndex(of: UInt8(ascii: "\n")) ?? rest.endIndex
      let width = displayWidth(of: withoutEscapes(rest[..<end]))
      count += max(1, (width + size.columns - 1) / size.columns)
      rest = rest[end...].dropFirst()
    }
    return count
  }

  /// A line without the sequences that make text dim and normal.
  private static func withoutEscapes(_ line: ArraySlice<UInt8>) -> String {
    var shown: [UInt8] = []
    var isEscape = false
    for byte in line {
      if byte == 0x1B { isEscape = true }
      if !isEscape { shown.append(byte) }
      if byte == UInt8(ascii: "m") { isEscape = false }
    }
    return String(decoding: shown, as: UTF8.self)
  }
}
