import Glibc

/// The words of numbers that lie close together, as ids and years do: a table over the numbers from -1,024 to 2²⁷ - 1,025,
/// of which there are only the pages that hold some.
///
/// A page is made when the first of its numbers comes, unless there are many already for so few numbers; then the numbers
/// of this page are found by hash for good.
struct NumberPages: ~Copyable {
  /// By number; `nil` where none has come, `hashed` where all are found by hash.
  private let directory: UnsafeMutablePointer<UnsafeMutablePointer<UInt32>?>
  /// A page without words.
  private let hashed: UnsafeMutablePointer<UInt32>
  private var blocks: [UnsafeMutablePointer<UInt32>] = []
  private var pageCount = 0

  private static var firstNumber: Int64 { -1024 }
  /// Chosen: the directory takes 1 MB at most, however far apart the numbers are.
  private static var end: UInt64 { 1 << 27 }
  private static var pageLog2: UInt64 { 10 }
  private static var pageSize: Int { 1 << Int(pageLog2) }
  /// Pages that are allocated together.
  private static var blockSize: Int { 64 }
  /// Chosen: so many pages are made however few numbers each holds (4 MB), and
  private static var freePageCount: Int { 1 << 10 }
  /// more while a quarter of them is in use, when they take less memory than a hash.
  private static var leastShare: Int { 4 }

  /// - Parameter dictionary: of whose numbers some will be found here.
  init(_ dictionary: borrowing DenseDictionary<Int64>) {
    directory = zeroedMemory(
      of: UnsafeMutablePointer<UInt32>?.self,
      count: Int(NumberPages.end) / NumberPages.pageSize
    )
    hashed = zeroedMemory(of: UInt32.self, count: NumberPages.pageSize)
    for word in 0..<dictionary.count {
      let offset = NumberPages.offset(of: dictionary.values[word])
      guard offset < NumberPages.end else { continue }
      let page = page(at: offset, numberCount: dictionary.count)
      if page != hashed { page[NumberPages.place(of: offset)] = Word(word) + 1 }
    }
  }

  deinit {
    for block in blocks { free(block) }
    free(hashed)
    free(directory)
  }

  /// The bytes that may have been touched.
  var byteCount: Int { pageCount * (NumberPages.pageSize * MemoryLayout<UInt32>.stride + MemoryLayout<UInt>.stride) }

  @inline(__always)
  private static func offset(of number: Int64) -> UInt64 { UInt64(bitPattern: number &- firstNumber) }

  @inline(__always)
  private static func place(of offset: UInt64) -> Int {
    Int(truncatingIfNeeded: offset & UInt64(truncatingIfNeeded: pageSize &- 1))
  }

  /// The word of a number, a new one of `dictionary` if it has none.
  @inline(__always)
  mutating func intern(_ number: Int64, _ dictionary: inout DenseDictionary<Int64>) -> Word {
    let offset = NumberPages.offset(of: number)
    guard offset < NumberPages.end else { return dictionary.intern(number) }
    let page =
      directory[Int(truncatingIfNeeded: offset &>> NumberPages.pageLog2)]
      ?? page(at: offset, numberCount: dictionary.count)
    let stored = page[NumberPages.place(of: offset)]
    if stored != 0 { return stored &- 1 }
    if page == hashed { return dictionary.intern(number) }
    let word = dictionary.append(number)
    page[NumberPages.place(of: offset)] = word &+ 1
    return word
  }

  /// The word of a number, if it has one.
  func find(_ number: Int64, _ dictionary: borrowing DenseDictionary<Int64>) -> Word? {
    guard !isHashed(number) else { return dictionary.find(number) }
    let offset = NumberPages.offset(of: number)
    guard let page = directory[Int(offset >> NumberPages.pageLog2)] else { return nil }
    let stored = page[NumberPages.place(of: offset)]
    return stored != 0 ? stored - 1 : nil
  }

  /// Whether a number is found by hash.
  func isHashed(_ number: Int64) -> Bool {
    let offset = NumberPages.offset(of: number)
    return offset >= NumberPages.end || directory[Int(offset >> NumberPages.pageLog2)] == hashed
  }

  /// The page of a number, made where it is worth its memory.
  @inline(never)
  private mutating func page(at offset: UInt64, numberCount: Int) -> UnsafeMutablePointer<UInt32> {
    let index = Int(offset >> NumberPages.pageLog2)
    if let page = directory[index] { return page }
    let isUsed = pageCount * NumberPages.pageSize < numberCount * NumberPages.leastShare
    guard isUsed || pageCount < NumberPages.freePageCount else {
      directory[index] = hashed
      return hashed
    }
    let place = pageCount % NumberPages.blockSize
    if place == 0 {
      blocks.append(zeroedMemory(of: UInt32.self, count: NumberPages.blockSize * NumberPages.pageSize))
    }
    let page = blocks[blocks.count - 1] + place * NumberPages.pageSize
    pageCount += 1
    directory[index] = page
    return page
  }
}
