internal import Datalog

/// A list of objects of one kind in a file of Popolo, and where it stands.
///
/// Besides an object of collections people publish one collection as an array, or a single object, perhaps in the
/// envelope of a web service.
struct PopoloCollection {
  struct Fault: Error {
    let place: String
    let message: String
  }

  let kind: PopoloReader.Kind
  /// `persons`; empty where the file is the collection.
  let place: String
  /// Whether it is one object and no array.
  let isSingle: Bool
  let items: [JSONTree]

  func place(of index: Int) -> String { isSingle ? (place.isEmpty ? kind.rawValue : place) : "\(place)[\(index)]" }

  /// Keys under which web services put what they answer.
  private static let envelopes = ["result", "results", "docs", "data", "items", "objects"]

  /// The collections of a file, and the keys of it that are none.
  static func all(
    of root: JSONTree,
    file: String
  ) throws(Fault) -> (collections: [PopoloCollection], others: [String], faults: [Fault]) {
    switch root {
    case .array(let items): return (try parted(items, at: "", file), [], [])
    case .object(let object):
      let known = PopoloReader.Kind.allCases.flatMap { kind in kind.collections.map { (kind, $0) } }
      let found = known.filter { object[$0.1] != nil && (object["id"] == nil || object["name"] == nil) }
      if !found.isEmpty { return collections(found, of: object) }
      let keys = envelopes.filter { object[$0]?.isContainer == true }
      if keys.count == 1, let content = object[keys[0]], object["id"] == nil {
        return (try enveloped(content, at: keys[0], file), [], [])
      }
      return ([try single(object, at: "", file)], [], [])
    case .null, .bool, .number, .text:
      throw Fault(
        place: "",
        message: "Popolo is an object with collections such as `persons`; this is \(root.kindText)"
      )
    }
  }

  private static func collections(
    _ found: [(PopoloReader.Kind, String)],
    of object: [String: JSONTree]
  ) -> (collections: [PopoloCollection], others: [String], faults: [Fault]) {
    var collections: [PopoloCollection] = []
    var faults: [Fault] = []
    for (kind, key) in found {
      if case .array(let items)? = object[key] {
        collections.append(PopoloCollection(kind: kind, place: key, isSingle: false, items: items))
      } else {
        faults.append(
          Fault(place: key, message: "a collection is an array; this is \(object[key]?.kindText ?? "null")")
        )
      }
    }
    let keys = Set(found.map(\.1))
    return (collections, object.keys.filter { !keys.contains($0) }.sorted(), faults)
  }

  private static func enveloped(
    _ content: JSONTree,
    at key: String,
    _ file: String
  ) throws(Fault) -> [PopoloCollection] {
    switch content {
    case .array(let items): return try parted(items, at: key, file)
    case .object(let object):
      let nested = try all(of: content, file: file)
      guard nested.collections.contains(where: { !$0.place.isEmpty }) else {
        return [try single(object, at: key, file)]
      }
      return nested.collections.map { collection in
        PopoloCollection(
          kind: collection.kind,
          place: "\(key).\(collection.place)",
          isSingle: collection.isSingle,
          items: collection.items
        )
      }
    case .null, .bool, .number, .text: return []
    }
  }

  private static func single(
    _ object: [String: JSONTree],
    at place: String,
    _ file: String
  ) throws(Fault) -> PopoloCollection {
    let kind = try kind(of: [object], at: place, file)
    return PopoloCollection(kind: kind, place: place, isSingle: true, items: [.object(object)])
  }

  /// An array that is one collection, since all its objects may be of one kind.
  private static func parted(_ items: [JSONTree], at place: String, _ file: String) throws(Fault) -> [PopoloCollection]
  {
    let objects = items.compactMap { item -> [String: JSONTree]? in
      if case .object(let object) = item { object } else { nil }
    }
    guard !objects.isEmpty else {
      throw Fault(place: place, message: "an array of objects was expected; this one holds none")
    }
    let kind = try kind(of: objects, at: place, file)
    return [PopoloCollection(kind: kind, place: place, isSingle: false, items: items)]
  }

  // MARK: Kinds

  /// Keys that only objects of one kind have.
  private static let signatures: [(kind: PopoloReader.Kind, keys: Set<String>)] = [
    (
      .membership, ["person_id", "person", "member_id", "member", "on_behalf_of_id", "on_behalf_of", "post_id", "post"]
    ),
    (
      .person,
      [
        "given_name", "family_name", "additional_name", "patronymic_name", "honorific_prefix", "honorific_suffix",
        "sort_name", "birth_date", "death_date", "gender", "biography", "national_identity",
      ]
    ),
    (.org, ["founding_date", "dissolution_date", "posts"]),
    (.happening, ["attendees", "location"]),
    (.place, ["geometry"]),
    (.post, ["label"]),
  ]

  /// Keys under which a membership has who is a member, and of what.
  private static let members: Set<String> = ["person_id", "person", "member_id", "member"]
  private static let seats: Set<String> = ["organization_id", "organization", "post_id", "post"]

  /// What the keys of objects say that they are, else the name of the file.
  private static func kind(
    of objects: [[String: JSONTree]],
    at place: String,
    _ file: String
  ) throws(Fault) -> PopoloReader.Kind {
    let keys = objects.reduce(into: Set<String>()) { $0.formUnion($1.keys) }
    let list = keys.sorted().prefix(8).map { "`\($0.prefix(40))`" }.joined(separator: ", ")
    let found = keys.isEmpty ? "it is empty" : "its keys are \(list)"
    // What has neither a name nor an identifier is no object of Popolo, but a membership of somebody in something.
    let isNamed = objects.contains { $0["id"]?.text != nil || $0["name"]?.text != nil }
    let isMembership = !keys.isDisjoint(with: members) && !keys.isDisjoint(with: seats)
    let kinds = signatures.filter { !$0.keys.isDisjoint(with: keys) }.map(\.kind)
    if kinds.count == 1, isNamed || kinds == [.membership] && isMembership { return kinds[0] }
    let name =
      SourceText(name: file, text: "").clauseFile.lowercased().split(separator: ".").first.map(String.init) ?? ""
    let named = PopoloReader.Kind.allCases.first { kind in
      kind.collections.contains { $0 == name || $0.dropLast() == name } || kind == .person && name == "person"
    }
    if isNamed, let named, kinds.isEmpty || kinds.contains(named) { return named }
    guard isNamed else {
      let text = "none of the collections of Popolo (`persons`, `organizations`, …) is here; \(found)"
      throw Fault(place: place, message: text)
    }
    let text =
      "it cannot be told what is listed here, people, organisations or something else; \(found); put it under "
      + "the key of its collection, such as `persons`"
    throw Fault(place: place, message: text)
  }
}

extension JSONTree {
  fileprivate var isContainer: Bool {
    switch self {
    case .array, .object: true
    case .null, .bool, .number, .text: false
    }
  }
}
