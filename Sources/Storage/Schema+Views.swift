/// The views that show facts as text under their predicates' names.
extension Schema {
  /// Inner joins: a condition on a shown text then reaches the facts through the index of the texts.
  static func viewDefinition(_ predicate: StoredPredicate, named view: String) -> String {
    var shown: [String] = []
    var joins = ""
    for (position, column) in predicate.columns.enumerated() {
      let name = "f.c\(position + 1)"
      switch column.type {
      case .symbol:
        shown.append("s\(position + 1).text")
        joins += " join vl_symbol s\(position + 1) on s\(position + 1).id = \(name)"
      case .number, .float: shown.append(name)
      case .date: shown.append(dateText(name))
      }
    }
    let names = predicate.columns.isEmpty ? ["holds"] : distinctNames(predicate.columns.map(\.name))
    let list = names.map(quoted).joined(separator: ", ")
    let values = shown.isEmpty ? "1" : shown.joined(separator: ", ")
    return "create view \(quoted(view))(\(list)) as select \(values) from \(table(predicate)) f\(joins)"
  }

  /// `yyyymmdd` as ISO 8601, as much of it as is stated.
  private static func dateText(_ key: String) -> String {
    """
    printf('%04d', \(key) / 10000) \
    || case when \(key) % 10000 = 0 then '' else printf('-%02d', \(key) / 100 % 100) end \
    || case when \(key) % 100 = 0 then '' else printf('-%02d', \(key) % 100) end
    """
  }

  /// The name of the view of a predicate when `taken` names are in use.
  ///
  /// SQLite compares names without ASCII case. `sqlite_` and `vl_` begin no view: such a name gets `_` before it,
  /// another name that is taken `_2`, `_3`, … after it.
  static func viewName(_ name: String, taken: Set<String>) -> String {
    let isReserved = folded(name).hasPrefix("sqlite_") || folded(name).hasPrefix("vl_")
    return free(isReserved ? "_" + name : name, taken: taken)
  }

  private static func distinctNames(_ names: [String]) -> [String] {
    // Names as written go first: of `a`, `A`, `a_2` the second must not take the third's name.
    var taken: Set<String> = []
    var result = names
    var later: [Int] = []
    for (position, name) in names.enumerated() where !taken.insert(folded(name)).inserted {
      later.append(position)
    }
    for position in later {
      result[position] = free(names[position], taken: taken)
      taken.insert(folded(result[position]))
    }
    return result
  }

  private static func free(_ name: String, taken: Set<String>) -> String {
    guard taken.contains(folded(name)) else { return name }
    var number = 2
    while taken.contains(folded("\(name)_\(number)")) { number += 1 }
    return "\(name)_\(number)"
  }

  /// ASCII letters lowered, everything else as it is: how SQLite compares names.
  ///
  /// Names that differ in normal form only count as equal here and not to SQLite: one gets a number it did not need.
  static func folded(_ name: String) -> String {
    String(
      String.UnicodeScalarView(
        name.unicodeScalars.map { scalar in
          ("A"..."Z").contains(scalar) ? Unicode.Scalar(UInt8(scalar.value) + 32) : scalar
        }
      )
    )
  }

  static func quoted(_ name: String) -> String {
    var result = "\""
    for scalar in name.unicodeScalars {
      if scalar == "\"" { result.unicodeScalars.append(scalar) }
      result.unicodeScalars.append(scalar)
    }
    return result + "\""
  }
}
