/// Version 1 of the file's format, as data definition of SQLite.
///
/// Everything of ours begins `vl_`. The dictionary holds texts only; a change is a row that is there before what it
/// changes; `asserted` is null in it while it is being made, so that triggers can tell our deletes from those of
/// others. `vl_source` holds sets: the passages that a fact cites (-1 the document as a whole) and, with passage -2,
/// the files that state it; a fact that only files state cites nothing. A predicate whose declaration the change 7 ended
/// is named `p#7` from then on, which no predicate can be called.
enum Schema {
  /// "visi" as four bytes, big endian: the application's mark at byte 68 of the file.
  static let applicationID: UInt32 = 0x7669_7369
  static let version = 1

  static let symbolIndex = "create unique index vl_symbol_text on vl_symbol(text)"

  /// What a delete from outside is recorded as.
  static let outsideReason = "deleted with SQL"

  static let statements = [
    "pragma application_id = \(applicationID)",
    "pragma user_version = \(version)",
    "create table vl_symbol(id integer primary key, text text not null)",
    symbolIndex,
    """
    create table vl_change(id integer primary key, at text not null, author text, reason text,
      asserted int, retracted int)
    """,
    """
    create table vl_source(id int not null, document int not null, passage int not null,
      primary key(id, document, passage)) without rowid
    """,
    "create index vl_source_document on vl_source(document, passage)",
    """
    create table vl_predicate(id integer primary key, name text not null unique, keys text not null,
      text text not null, view text not null, declared int not null)
    """,
    """
    create table vl_column(predicate int not null, position int not null, name text not null, type text not null,
      primary key(predicate, position)) without rowid
    """,
    """
    create table vl_clause(id integer primary key, file text not null, text text not null,
      asserted int not null, retracted int)
    """,
    "create index vl_clause_file on vl_clause(file)",
    """
    create trigger vl_clause_fixed before update on vl_clause
      when old.retracted is not null or new.retracted is null or new.id is not old.id or new.file is not old.file
        or new.text is not old.text or new.asserted is not old.asserted
      begin select raise(abort, 'the past is kept'); end
    """,
    kept("vl_clause", from: "delete", "the past is kept"),
    kept("vl_symbol", from: "update", "a symbol keeps its text"),
    kept("vl_symbol", from: "delete", "a symbol keeps its text"),
    kept("vl_source", from: "update", "a set of sources is not changed"),
    kept("vl_source", from: "delete", "a set of sources is not changed"),
    kept("vl_change", from: "delete", "the past is kept"),
    """
    create trigger vl_change_fixed before update on vl_change
      when new.id is not old.id or new.at is not old.at or new.author is not old.author
        or new.reason is not old.reason
      begin select raise(abort, 'the past is kept'); end
    """,
  ]

  private static func kept(_ table: String, from verb: String, _ message: String) -> String {
    "create trigger \(table)_\(verb) before \(verb) on \(table) begin select raise(abort, '\(message)'); end"
  }

  /// The tables, triggers and view of one predicate.
  ///
  /// The key's columns are declared first and in key order: SQLite 3.40 misreports other orders as damage.
  static func statements(for predicate: StoredPredicate, view: String) -> [String] {
    let table = table(predicate)
    let names = columnNames(predicate)
    let definitions = names.enumerated().map { position, name in
      let isFloat = position < predicate.columns.count && predicate.columns[position].type == .float
      return "\(name) \(isFloat ? "real" : "int") not null"
    }.joined(separator: ", ")
    let key = names.joined(separator: ", ")
    return [
      """
      create table \(table)(\(definitions), source int not null, asserted int not null,
        primary key(\(key))) without rowid
      """,
      """
      create table \(table)_past(retracted int not null, \(definitions), source int not null, asserted int not null,
        primary key(retracted, \(key))) without rowid
      """,
      "create index \(table)_past_1 on \(table)_past(c1)",
      retraction(from: table, columns: names),
      """
      create trigger \(table)_fixed before update on \(table)
        begin select raise(abort, 'a fact is not changed: retract it and assert another'); end
      """,
      kept("\(table)_past", from: "update", "the past is kept"),
      kept("\(table)_past", from: "delete", "the past is kept"),
      viewDefinition(predicate, named: view),
    ]
  }

  /// A deleted row moves to the past, unless the change that is being made asserted it.
  ///
  /// A delete from outside any change gets a change of its own first; `now` is the same within one statement.
  private static func retraction(from table: String, columns: [String]) -> String {
    let now = "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')"
    let last = "id = (select max(id) from vl_change)"
    return """
      create trigger \(table)_retract after delete on \(table) begin
        insert into vl_change(at, reason, asserted, retracted) select \(now), '\(outsideReason)', 0, 0
          where not exists (select 1 from vl_change where \(last)
            and (asserted is null or (at = \(now) and reason = '\(outsideReason)')));
        update vl_change set retracted = retracted + 1 where \(last) and asserted is not null;
        insert into \(table)_past(retracted, \(columns.joined(separator: ", ")), source, asserted)
          select id, \(columns.map { "old.\($0)" }.joined(separator: ", ")), old.source, old.asserted
          from vl_change where \(last) and id > old.asserted;
      end
      """
  }

  static func table(_ predicate: StoredPredicate) -> String { "vl_p\(predicate.id)" }

  /// `c1`, `c2`, …; a predicate without columns has one that is always 0, since a key cannot be empty.
  static func columnNames(_ predicate: StoredPredicate) -> [String] {
    (1...max(1, predicate.columns.count)).map { "c\($0)" }
  }

  static func index(on column: Int, of predicate: StoredPredicate) -> String {
    "\(table(predicate))_\(column + 1)"
  }

  /// The name of a predicate as a change leaves it that ends its declaration.
  static func ended(_ name: String, by change: Int64) -> String { "\(name)#\(change)" }

  /// What a name in the file stands for: the predicate, and the change that ended its declaration.
  static func declared(_ name: String) -> (name: String, ending: Int?) {
    guard let mark = name.lastIndex(of: "#") else { return (name, nil) }
    return (String(name[..<mark]), Int(name[name.index(after: mark)...]))
  }

  /// The keys as they stand in the file: `1,2;3` is two keys, of the first two columns and of the third.
  static func text(ofKeys keys: [[Int]]) -> String {
    keys.map { key in key.map { String($0 + 1) }.joined(separator: ",") }.joined(separator: ";")
  }

  /// The inverse of `text(ofKeys:)`; nil when the text names a column that is not there.
  static func keys(_ text: String, columnCount: Int) -> [[Int]]? {
    var keys: [[Int]] = []
    for part in text.split(separator: ";") {
      var key: [Int] = []
      for number in part.split(separator: ",") {
        guard let column = Int(number), column >= 1, column <= columnCount else { return nil }
        key.append(column - 1)
      }
      keys.append(key)
    }
    return keys
  }
}
