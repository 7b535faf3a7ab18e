/// Which forms relations may be kept in: what fits their size, or, for tests of one against another, always the same.
///
/// Asked where a form is chosen and nowhere else: what goes through words looks at the form that a row has.
public struct StorageForms: Hashable, Sendable {
  /// Rows of at most so many words are unsorted arrays. Measured on linear transitive closures of 2M sparse ids and dense
  /// random graphs: 16, and bitmaps from 1/128 on, were within 5 % of the best everywhere (2026-11, 2 cores x86-64).
  var largestArray = 16
  /// Larger rows are bitmaps once they hold one of so many words of the domain, hash tables before.
  var bitmapShare = 128
  /// A directory is an array over a range of at most so many keys. Chosen: 16 kB.
  var smallDirectory = 1024
  /// So is that of a larger range once one of so many keys has a row; before it is a hash.
  var directoryShare = 16
  /// Whether rows that were written sorted stay slices of their slab until they grow.
  var sharesSlabs = true
  /// The additions of a round to one row are staged as a bitmap when they are more than this and a share of the domain.
  var smallRun = 64
  /// Whether a rule that begins with a look-up goes through what is there instead of making a table or an index for it.
  var scansOnce = true

  /// By size.
  public init() {}

  private init(_ force: (inout StorageForms) -> Void) {
    force(&self)
  }

  // MARK: Forced

  /// Every leaf is an array, whatever its size.
  public static let arrays = StorageForms {
    $0.largestArray = .max
    $0.sharesSlabs = false
    $0.smallRun = .max
  }

  /// Every leaf is a hash table.
  public static let hashes = StorageForms {
    $0.largestArray = 0
    $0.bitmapShare = 0
    $0.sharesSlabs = false
    $0.smallRun = .max
  }

  /// Every leaf is a bitmap.
  public static let bitmaps = StorageForms {
    $0.largestArray = 0
    // Times the size of a row it is more than any domain, and no overflow.
    $0.bitmapShare = 1 << 30
    $0.sharesSlabs = false
    $0.smallRun = 0
  }

  /// No row is a slice: each has a leaf of its own, by its size.
  public static let ownLeaves = StorageForms { $0.sharesSlabs = false }

  /// Every directory is an array over the range of keys.
  public static let arrayDirectories = StorageForms { $0.smallDirectory = .max }

  /// Every directory is a hash.
  public static let hashDirectories = StorageForms {
    $0.smallDirectory = 0
    $0.directoryShare = 0
  }

  /// Every look-up has a table or an index.
  public static let indexed = StorageForms { $0.scansOnce = false }
}
