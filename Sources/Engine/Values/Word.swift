/// A value as the engine sees it: a dense id in the dictionary of its type.
///
/// Columns are typed, so a word carries no tag. Ids are given in order of first appearance; they have no order by value.
public typealias Word = UInt32

/// Which dictionary a word belongs to.
public enum WordType: UInt8, CaseIterable, Sendable {
  case symbol, number, float, date
}
