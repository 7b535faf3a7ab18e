#if canImport(Glibc)
  import Glibc
#endif

/// Zeroed memory of a fixed size; the one owner of it. Pages are touched only when written.
struct ZeroedMemory<Element: BitwiseCopyable>: ~Copyable {
  let base: UnsafeMutablePointer<Element>
  let count: Int
  private let account: MemoryAccount

  init(count: Int, account: MemoryAccount) {
    self.count = max(count, 1)
    self.account = account
    guard let memory = calloc(self.count, MemoryLayout<Element>.stride) else {
      fatalError("out of memory for \(count) elements")
    }
    base = memory.bindMemory(to: Element.self, capacity: self.count)
    account.grew(by: self.count * MemoryLayout<Element>.stride)
  }

  deinit {
    free(base)
    account.shrank(by: count * MemoryLayout<Element>.stride)
  }
}

/// Zeroed memory to be given back with `freeZeroed`.
func zeroed<Element: BitwiseCopyable>(_ count: Int, of type: Element.Type) -> UnsafeMutablePointer<Element> {
  guard let memory = calloc(count, MemoryLayout<Element>.stride) else {
    fatalError("out of memory for \(count) elements")
  }
  return memory.bindMemory(to: Element.self, capacity: count)
}

func freeZeroed<Element: BitwiseCopyable>(_ memory: UnsafeMutablePointer<Element>) {
  free(memory)
}
