#if canImport(Glibc)
  import Glibc
#endif

/// A growable run of plain words in accounted memory; the one owner of its storage.
///
/// Kernels take `base` into a local after reserving what they will write: a pointer kept across growth dangles.
struct Vector<Element: BitwiseCopyable>: ~Copyable {
  private(set) var base: UnsafeMutablePointer<Element>
  var count = 0
  private(set) var capacity: Int
  private let account: MemoryAccount

  init(capacity: Int = 0, account: MemoryAccount) {
    self.capacity = max(capacity, 8)
    self.account = account
    base = Vector.allocate(self.capacity)
    account.grew(by: self.capacity * MemoryLayout<Element>.stride)
  }

  init(repeating element: Element, count: Int, account: MemoryAccount) {
    self.init(capacity: count, account: account)
    extend(to: count, with: element)
  }

  deinit {
    free(base)
    account.shrank(by: capacity * MemoryLayout<Element>.stride)
  }

  /// Chosen: what is larger is held to what it needs, give or take a quarter.
  private static var largeByteCount: Int { 1 << 22 }

  var byteCount: Int { capacity * MemoryLayout<Element>.stride }

  private static func allocate(_ capacity: Int) -> UnsafeMutablePointer<Element> {
    guard let memory = malloc(capacity * MemoryLayout<Element>.stride) else {
      fatalError("out of memory for \(capacity) elements")
    }
    return memory.bindMemory(to: Element.self, capacity: capacity)
  }

  /// Makes room for `extra` elements beyond `count`.
  @inline(__always)
  mutating func reserve(_ extra: Int) {
    if count &+ extra > capacity { grow(to: count &+ extra) }
  }

  @inline(never)
  private mutating func grow(to needed: Int) {
    // Large memory grows by remapping pages, so that small steps copy nothing.
    let step = capacity * MemoryLayout<Element>.stride < Vector.largeByteCount ? capacity : capacity / 4
    let enlarged = max(capacity + step, needed)
    guard let memory = realloc(base, enlarged * MemoryLayout<Element>.stride) else {
      fatalError("out of memory for \(enlarged) elements")
    }
    base = memory.bindMemory(to: Element.self, capacity: enlarged)
    account.grew(by: (enlarged - capacity) * MemoryLayout<Element>.stride)
    capacity = enlarged
  }

  @inline(__always)
  mutating func append(_ element: Element) {
    if count == capacity { grow(to: count &+ 1) }
    base[count] = element
    count &+= 1
  }

  mutating func append(contentsOf source: UnsafePointer<Element>, count added: Int) {
    reserve(added)
    (base + count).update(from: source, count: added)
    count &+= added
  }

  /// Forgets the elements and keeps the memory.
  mutating func removeAll() {
    count = 0
  }

  /// Appends so many copies of an element that there are `newCount`, if there are fewer.
  mutating func extend(to newCount: Int, with element: Element) {
    guard newCount > count else { return }
    reserve(newCount - count)
    (base + count).update(repeating: element, count: newCount - count)
    count = newCount
  }

  /// Gives back the memory behind the elements, when there is much of it.
  mutating func trim() {
    let needed = max(count, 8)
    guard needed < capacity - capacity / 8, let memory = realloc(base, needed * MemoryLayout<Element>.stride) else {
      return
    }
    base = memory.bindMemory(to: Element.self, capacity: needed)
    account.shrank(by: (capacity - needed) * MemoryLayout<Element>.stride)
    capacity = needed
  }

  subscript(_ index: Int) -> Element {
    @inline(__always) get {
      assert(index >= 0 && index < count)
      return base[index]
    }
    @inline(__always) set {
      assert(index >= 0 && index < count)
      base[index] = newValue
    }
  }
}

extension Vector where Element: Comparable {
  /// Ascending, by the standard library's sort: for short runs.
  mutating func sort() {
    var elements = UnsafeMutableBufferPointer(start: base, count: count)
    elements.sort()
  }
}
