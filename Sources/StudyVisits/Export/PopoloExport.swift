internal import Foundation

/// People, organisations, memberships, posts, areas and events as JSON of Popolo.
///
/// https://www.popoloproject.com/specs/. What `PopoloReader` makes of it are the facts that it was made of.
struct PopoloExport {
  private typealias Object = [String: Any]

  private let facts: FactTexts
  private let properties: [Property]
  private let details: [String: [[String]]]

  /// A key whose value is a fact about the entity.
  private struct Property {
    let key: String
    let values: [String: [[String]]]
    let shape: Shape
  }

  private enum Shape {
    /// The key's value is the first fact's.
    case single
    /// An object for each fact, with these keys; empty texts are left out.
    case objects([String])
  }

  init(_ compilation: Compilation) throws(RunError) {
    facts = FactTexts(compilation)
    details = try facts.rowsByFirst("detail", columns: 3)
    var properties: [Property] = []
    for (key, predicate) in PopoloVocabulary.singles {
      properties.append(
        Property(key: key, values: try facts.rowsByFirst(predicate, columns: 2), shape: .single)
      )
    }
    for (key, predicate, keys) in PopoloVocabulary.lists {
      properties.append(
        Property(key: key, values: try facts.rowsByFirst(predicate, columns: keys.count + 1), shape: .objects(keys))
      )
    }
    self.properties = properties
  }

  func write(to sink: any ByteSink) throws {
    let collections: Object = [
      "persons": try facts.rows("person", columns: 2).map { object($0[0], ["name": $0[1]]) },
      "organizations": try facts.rows("org", columns: 3).map(classified),
      "areas": try facts.rows("place", columns: 3).map(classified),
      "posts": try posts(),
      "events": try events(),
      "memberships": try memberships(),
    ]
    try sink.write(JSONText.pretty(collections))
  }

  private func classified(_ row: [String]) -> Object {
    object(row[0], ["classification": row[1], "name": row[2]])
  }

  private func posts() throws(RunError) -> [Object] {
    let organisations = try facts.rowsByFirst("post_of", columns: 2)
    return try facts.rows("post", columns: 2).map { row in
      object(row[0], ["label": row[1], "organization_id": organisations[row[0]]?.first?.first])
    }
  }

  private func events() throws(RunError) -> [Object] {
    let organisers = try facts.rowsByFirst("organiser", columns: 2)
    let attendees = try facts.rowsByFirst("attendee", columns: 2)
    let participants = try facts.rowsByFirst("participant", columns: 2)
    let days = try facts.rowsByFirst("met_on", columns: 2)
    let happenings = try facts.rows("happening", columns: 3) + facts.rows("visit", columns: 3)
    let meetings = try facts.rows("meeting", columns: 2)
    let names = Dictionary(happenings.map { ($0[0], $0[2]) }, uniquingKeysWith: { first, _ in first })
    var result = happenings.map(classified)
    for meeting in meetings {
      let day = days[meeting[0]]?.first?.first
      result.append(
        object(
          meeting[0],
          [
            "classification": "meeting", "name": names[meeting[1]].map { "Meeting: \($0)" } ?? meeting[0],
            "parent_id": meeting[1], "start_date": day, "end_date": day,
          ]
        )
      )
    }
    for place in result.indices {
      guard let id = result[place]["id"] as? String else { continue }
      if let organiser = organisers[id]?.first?.first { result[place]["organization_id"] = organiser }
      let present = (attendees[id] ?? []) + (participants[id] ?? [])
      if !present.isEmpty { result[place]["attendees"] = present.map { ["id": $0[0]] } }
    }
    return result
  }

  /// Memberships that have an identifier, and affiliations that none of them stands for.
  private func memberships() throws(RunError) -> [Object] {
    let organisations = Set(try facts.rows("org", columns: 3).map { $0[0] })
    let posts = try facts.rowsByFirst("of_post", columns: 2)
    let sponsors = try facts.rowsByFirst("on_behalf_of", columns: 2)
    var told: Set<[String]> = []
    var result: [Object] = []
    for row in try facts.rows("membership", columns: 4) {
      told.insert([row[1], row[2], row[3].isEmpty ? PopoloVocabulary.unnamedRole : row[3]])
      result.append(
        object(
          row[0],
          [
            organisations.contains(row[1]) ? "member_id" : "person_id": row[1], "organization_id": row[2],
            "role": row[3], "post_id": posts[row[0]]?.first?.first, "on_behalf_of_id": sponsors[row[0]]?.first?.first,
          ]
        )
      )
    }
    let since = Dictionary(grouping: try facts.rows("affiliated_since", columns: 3)) { Array($0[..<2]) }
    let until = Dictionary(grouping: try facts.rows("affiliated_until", columns: 3)) { Array($0[..<2]) }
    for row in try facts.rows("affiliated", columns: 3) where !told.contains(row) {
      let pair = Array(row[..<2])
      result.append(
        PopoloExport.object([
          "person_id": row[0], "organization_id": row[1], "role": row[2], "start_date": since[pair]?.first?[2],
          "end_date": until[pair]?.first?[2],
        ])
      )
    }
    return result
  }

  /// Everything that is known of an entity, under these values; texts that are empty are left out.
  private func object(_ id: String, _ values: [String: String?]) -> Object {
    var object = PopoloExport.object(values)
    object["id"] = id
    for property in properties {
      guard let rows = property.values[id] else { continue }
      switch property.shape {
      case .single:
        let first = object[property.key] as? String ?? rows[0][0]
        object[property.key] = first
        // Popolo has room for one whole and one area.
        let others = rows.map { $0[0] }.filter { $0 != first }
        if !others.isEmpty, property.key.hasSuffix("_id") { object["other_\(property.key)s"] = others }
      case .objects(let keys):
        object[property.key] = rows.map { row in
          PopoloExport.object(Dictionary(uniqueKeysWithValues: zip(keys, row)))
        }
      }
    }
    for detail in details[id] ?? [] { object[detail[0]] = detail[1] }
    return object
  }

  private static func object(_ values: [String: String?]) -> Object {
    values.compactMapValues { value in value.flatMap { $0.isEmpty ? nil : $0 } }
  }
}

/// How Popolo's keys and the predicates of the vocabulary correspond, where the correspondence is plain.
enum PopoloVocabulary {
  /// A membership without a role makes its member this.
  static let unnamedRole = "member"

  /// Keys with one value, and predicates of an entity and the value.
  static let singles = [
    ("birth_date", "born"), ("death_date", "died"), ("founding_date", "founded"), ("dissolution_date", "dissolved"),
    ("start_date", "valid_from"), ("end_date", "valid_until"), ("start_date", "starts"), ("end_date", "ends"),
    ("parent_id", "part_of"), ("area_id", "located_in"),
  ]

  /// Keys with lists of objects, predicates of an entity and what the objects say, and the objects' keys.
  static let lists = [
    ("other_names", "alias", ["name", "lang", "note"]), ("contact_details", "contact", ["type", "value"]),
    ("identifiers", "identifier", ["scheme", "identifier"]), ("links", "web_link", ["url", "note"]),
    ("sources", "source", ["url", "note"]), ("images", "image", ["url"]),
  ]
}

extension JSONText {
  /// A value of JSON with sorted keys, so that equal values give equal bytes.
  static func pretty(_ value: Any) -> String {
    do {
      let data = try JSONSerialization.data(
        withJSONObject: value,
        options: [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      )
      return String(decoding: data, as: UTF8.self) + "\n"
    } catch {
      preconditionFailure("texts in arrays and objects can be written: \(error)")
    }
  }
}
