/// Two words in one: the first column high, so that integer order is order by first column, then second.
typealias Pair = UInt64

extension UInt64 {
  @inline(__always)
  init(_ first: Word, _ second: Word) {
    self = UInt64(first) &<< 32 | UInt64(second)
  }

  @inline(__always) var first: Word { Word(truncatingIfNeeded: self &>> 32) }
  @inline(__always) var second: Word { Word(truncatingIfNeeded: self) }
  @inline(__always) var swapped: UInt64 { self &<< 32 | self &>> 32 }
}
