/// The summaries of plain facts while a source is parsed, found by the bytes of the predicate's name and the arity.
///
/// A fact of the same predicate as the one before costs one comparison of bytes; any other, one hash. Neither
/// allocates.
struct FactRegister {
  private(set) var summaries: [FactSummary] = []
  private var names: [[UInt8]] = []
  /// For each summary and column, a bit for each kind of literal seen.
  private var seen: [[UInt8]] = []
  /// Open addressing by name and arity; -1 is free.
  private var slots: [Int32] = Array(repeating: -1, count: 64)
  private var last = -1

  /// The place of the summary, made when it is new.
  mutating func place(_ name: UnsafeBufferPointer<UInt8>, arity: Int, span: Span) -> Int {
    if last >= 0, matches(last, name, arity) { return last }
    var slot = FactRegister.hash(name, arity) & (slots.count - 1)
    while slots[slot] >= 0 {
      let found = Int(slots[slot])
      if matches(found, name, arity) {
        last = found
        return found
      }
      slot = (slot + 1) & (slots.count - 1)
    }
    last = summaries.count
    slots[slot] = Int32(last)
    names.append(Array(name))
    seen.append(Array(repeating: 0, count: arity))
    let kinds = Array(repeating: [LiteralKind: Span](), count: arity)
    let predicate = Name(String(decoding: name, as: UTF8.self), span)
    summaries.append(FactSummary(predicate: predicate, arity: arity, count: 0, kinds: kinds))
    if summaries.count * 2 > slots.count { grow() }
    return last
  }

  /// Counts a fact.
  mutating func count(_ place: Int) {
    summaries[place].count += 1
  }

  /// Notes the kind of a column's literal; `span` is asked for when the kind is new there.
  @inline(__always)
  mutating func note(_ kind: LiteralKind, _ place: Int, column: Int, at span: @autoclosure () -> Span) {
    let bit = UInt8(1) << kind.rawValue
    guard seen[place][column] & bit == 0 else { return }
    seen[place][column] |= bit
    summaries[place].kinds[column][kind] = span()
  }

  private func matches(_ place: Int, _ name: UnsafeBufferPointer<UInt8>, _ arity: Int) -> Bool {
    guard seen[place].count == arity, names[place].count == name.count else { return false }
    return names[place].withUnsafeBufferPointer { known in
      for index in 0..<name.count where known[index] != name[index] { return false }
      return true
    }
  }

  /// FNV-1a (doi:10.17487/RFC9923): names are short and are not chosen against us; a collision only costs a step.
  private static func hash(_ name: UnsafeBufferPointer<UInt8>, _ arity: Int) -> Int {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in name { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    hash = (hash ^ UInt64(truncatingIfNeeded: arity)) &* 0x100_0000_01B3
    return Int(truncatingIfNeeded: (hash ^ (hash >> 32)) & 0x7FFF_FFFF)
  }

  private mutating func grow() {
    slots = Array(repeating: -1, count: slots.count * 2)
    for place in summaries.indices {
      let hash = names[place].withUnsafeBufferPointer { FactRegister.hash($0, seen[place].count) }
      var slot = hash & (slots.count - 1)
      while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
      slots[slot] = Int32(place)
    }
  }
}
