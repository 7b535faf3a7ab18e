#if canImport(Glibc)
  import Glibc
#endif

/// Memory for the arrays and hash tables of one table's rows, in sizes of powers of two, with free lists.
struct LeafArena: ~Copyable {
  private var blocks: [UnsafeMutableRawPointer] = []
  private var large: [UInt: Int] = [:]
  private var cursor: UnsafeMutableRawPointer?
  private var remaining = 0
  private var nextBlock = 1 << 12
  private var free = [UInt](repeating: 0, count: 40)
  private let account: MemoryAccount
  private(set) var byteCount = 0

  /// Leaves above this many bytes are allocated one by one.
  private static let largeLeaf = 1 << 15

  init(account: MemoryAccount) {
    self.account = account
  }

  deinit {
    for block in blocks { Glibc.free(block) }
    for address in large.keys { Glibc.free(UnsafeMutableRawPointer(bitPattern: address)) }
    account.shrank(by: byteCount)
  }

  /// Memory of 2^log2 words, contents undefined; log2 ≥ 2.
  mutating func take(log2: UInt8) -> UnsafeMutablePointer<Word> {
    let head = free[Int(log2)]
    if head != 0, let leaf = UnsafeMutableRawPointer(bitPattern: head) {
      free[Int(log2)] = leaf.load(as: UInt.self)
      return leaf.assumingMemoryBound(to: Word.self)
    }
    let bytes = 4 << Int(log2)
    if bytes >= LeafArena.largeLeaf { return takeLarge(bytes) }
    if remaining < bytes { addBlock(of: max(nextBlock, bytes)) }
    // SAFETY: addBlock made `cursor` point to at least `bytes` bytes.
    let leaf = cursor.unsafelyUnwrapped
    cursor = leaf + bytes
    remaining -= bytes
    return leaf.bindMemory(to: Word.self, capacity: bytes / 4)
  }

  mutating func give(_ leaf: UnsafeMutablePointer<Word>, log2: UInt8) {
    let address = UInt(bitPattern: leaf)
    if let bytes = large.removeValue(forKey: address) {
      Glibc.free(leaf)
      account.shrank(by: bytes)
      byteCount -= bytes
      return
    }
    UnsafeMutableRawPointer(leaf).storeBytes(of: free[Int(log2)], as: UInt.self)
    free[Int(log2)] = address
  }

  /// A zeroed bitmap.
  mutating func takeBitmap(wordCount: Int) -> UnsafeMutablePointer<UInt64> {
    guard let memory = calloc(wordCount, 8) else { fatalError("out of memory for a bitmap") }
    note(memory, bytes: wordCount * 8)
    return memory.bindMemory(to: UInt64.self, capacity: wordCount)
  }

  mutating func giveBitmap(_ bitmap: UnsafeMutablePointer<UInt64>) {
    let bytes = large.removeValue(forKey: UInt(bitPattern: bitmap)) ?? 0
    Glibc.free(bitmap)
    account.shrank(by: bytes)
    byteCount -= bytes
  }

  /// Takes over all memory of another arena, which has none then.
  mutating func absorb(_ other: inout LeafArena) {
    blocks += other.blocks
    large.merge(other.large) { own, _ in own }
    byteCount += other.byteCount
    other.blocks = []
    other.large = [:]
    other.byteCount = 0
    (other.cursor, other.remaining) = (nil, 0)
    other.free = [UInt](repeating: 0, count: free.count)
  }

  private mutating func takeLarge(_ bytes: Int) -> UnsafeMutablePointer<Word> {
    guard let memory = malloc(bytes) else { fatalError("out of memory for a leaf") }
    note(memory, bytes: bytes)
    return memory.bindMemory(to: Word.self, capacity: bytes / 4)
  }

  private mutating func note(_ memory: UnsafeMutableRawPointer, bytes: Int) {
    large[UInt(bitPattern: memory)] = bytes
    account.grew(by: bytes)
    byteCount += bytes
  }

  private mutating func addBlock(of bytes: Int) {
    guard let block = malloc(bytes) else { fatalError("out of memory for leaves") }
    blocks.append(block)
    cursor = block
    remaining = bytes
    account.grew(by: bytes)
    byteCount += bytes
    nextBlock = min(nextBlock * 2, 1 << 20)
  }
}
