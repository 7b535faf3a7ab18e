import Glibc

/// Finds one text in another.
enum TextSearch {
  /// The byte offset of the first occurrence of `part` at or after `start`, in linear time.
  ///
  /// Looks for the first byte and compares; when that has read what it passed too often, the search goes on by
  /// Knuth, Morris and Pratt.
  static func offset(
    of part: UnsafeBufferPointer<UInt8>,
    in text: UnsafeBufferPointer<UInt8>,
    from start: Int
  ) -> Int? {
    guard part.count > 0, let sought = part.baseAddress else { return start }
    guard let whole = text.baseAddress else { return nil }
    var index = start
    var work = 0
    while part.count <= text.count - index {
      let room = text.count - index - part.count + 1
      guard let found = memchr(whole + index, Int32(part[0]), room) else { return nil }
      index = UnsafeRawPointer(found) - UnsafeRawPointer(whole)
      if memcmp(whole + index, sought, part.count) == 0 { return index }
      index += 1
      work += commonLength(whole + index - 1, sought, part.count)
      if work > 8 * (index - start) + 4096 { return offsetByBorders(of: part, in: text, from: index) }
    }
    return nil
  }

  private static func commonLength(_ a: UnsafePointer<UInt8>, _ b: UnsafePointer<UInt8>, _ count: Int) -> Int {
    var length = 0
    while length < count, a[length] == b[length] { length += 1 }
    return length
  }

  private static func offsetByBorders(
    of part: UnsafeBufferPointer<UInt8>,
    in text: UnsafeBufferPointer<UInt8>,
    from start: Int
  ) -> Int? {
    let borders = borders(of: part)
    var matched = 0
    for index in start..<text.count {
      while matched > 0, part[matched] != text[index] { matched = borders[matched - 1] }
      if part[matched] == text[index] { matched += 1 }
      if matched == part.count { return index + 1 - part.count }
    }
    return nil
  }

  /// Of each beginning of `part` the length of its longest proper beginning that is its end too.
  private static func borders(of part: UnsafeBufferPointer<UInt8>) -> [Int] {
    var borders = [Int](repeating: 0, count: part.count)
    var length = 0
    for index in 1..<part.count {
      while length > 0, part[index] != part[length] { length = borders[length - 1] }
      if part[index] == part[length] { length += 1 }
      borders[index] = length
    }
    return borders
  }
}
