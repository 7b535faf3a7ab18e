public import Engine

/// What a relation has gained and lost; the two have nothing in common.
public final class TupleChange {
  public let gained: Relation
  public let lost: Relation
  /// All that has changed.
  private(set) lazy var either: Relation = {
    let either = Relation(types: gained.types, context: gained.sharedContext)
    either.insert(gained)
    either.insert(lost)
    return either
  }()

  public init(gained: Relation, lost: Relation) {
    self.gained = gained
    self.lost = lost
  }

  enum Direction: Hashable {
    case gained, lost, either

    /// Of the change of a negated atom.
    var opposite: Direction {
      switch self {
      case .gained: .lost
      case .lost: .gained
      case .either: .either
      }
    }
  }

  func relation(_ direction: Direction) -> Relation {
    switch direction {
    case .gained: gained
    case .lost: lost
    case .either: either
    }
  }

  var isEmpty: Bool { gained.count == 0 && lost.count == 0 }
}
