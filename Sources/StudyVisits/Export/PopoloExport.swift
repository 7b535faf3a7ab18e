internal import Datalog
internal import Foundation

/// People, organisations, memberships, posts, areas and events as JSON of Popolo, https://www.popoloproject.com/specs/,
/// which `PopoloReader` makes the same facts of. What Popolo has no room for is told.
struct PopoloExport {
  private typealias Object = [String: Any]
  private typealias Kind = PopoloReader.Kind

  private let facts: PopoloFacts
  private let properties: [Property]
  private let details: [String: [[String]]]
  /// Who can be present at something.
  private let members: Set<String>

  /// A key whose value is a fact about the entity.
  private struct Property {
    let key: String
    let predicate: String
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
    facts = PopoloFacts(FactTexts(compilation))
    details = try facts.rowsByFirst("detail", columns: 3)
    members = Set(try facts.rows("person", columns: 2).map { $0[0] } + facts.rows("org", columns: 3).map { $0[0] })
    var properties: [Property] = []
    for (key, predicate) in PopoloVocabulary.singles {
      let values = try facts.rowsByFirst(predicate, columns: 2)
      properties.append(Property(key: key, predicate: predicate, values: values, shape: .single))
    }
    for (key, predicate, keys) in PopoloVocabulary.lists {
      let values = try facts.rowsByFirst(predicate, columns: keys.count + 1)
      properties.append(Property(key: key, predicate: predicate, values: values, shape: .objects(keys)))
    }
    self.properties = properties
  }

  /// - Returns: what was left out, in a sentence; `nil` where nothing was.
  func write(to sink: any ByteSink) throws -> String? {
    let collections: Object = [
      "persons": try facts.rows("person", columns: 2).map { row in
        facts.take("person", row)
        return object(row[0], .person, ["name": row[1]])
      },
      "organizations": try facts.rows("org", columns: 3).map { classified($0, .org) },
      "areas": try facts.rows("place", columns: 3).map { classified($0, .place) },
      "posts": try posts(),
      "events": try events(),
      "memberships": try memberships(),
    ]
    try sink.write(JSONText.pretty(collections))
    return try facts.leftOut()
  }

  private func classified(_ row: [String], _ kind: Kind) -> Object {
    facts.take(kind.rawValue, row)
    return object(row[0], kind, ["classification": row[1], "name": row[2]])
  }

  private func posts() throws(RunError) -> [Object] {
    let organisations = try facts.rowsByFirst("post_of", columns: 2)
    return try facts.rows("post", columns: 2).map { row in
      facts.take("post", row)
      let organisation = facts.takeFirst("post_of", of: row[0], organisations)
      return object(row[0], .post, ["label": row[1], "organization_id": organisation])
    }
  }

  // MARK: Events

  /// Happenings, visits and meetings; the latter two are told by the keys of `PopoloVocabulary`.
  private func events() throws(RunError) -> [Object] {
    let organisers = try facts.rowsByFirst("organiser", columns: 2)
    let attendees = try facts.rowsByFirst("attendee", columns: 2)
    let participants = try facts.rowsByFirst("participant", columns: 2)
    let days = try facts.rowsByFirst("met_on", columns: 2)
    let visits = try facts.rows("visit", columns: 3)
    var result = try facts.rows("happening", columns: 3).map { classified($0, .happening) }
    for visit in visits {
      facts.take("visit", visit)
      let values = [
        "classification": PopoloVocabulary.visit, PopoloVocabulary.visitKind: visit[1], "name": visit[2],
      ]
      result.append(object(visit[0], .happening, values))
    }
    for place in result.indices {
      addPresent("attendee", attendees, to: &result[place])
    }
    let names = Dictionary(visits.map { ($0[0], $0[2]) }, uniquingKeysWith: { first, _ in first })
    for meeting in try facts.rows("meeting", columns: 2) {
      facts.take("meeting", meeting)
      let day = facts.takeFirst("met_on", of: meeting[0], days)
      let values = [
        "classification": PopoloVocabulary.meeting, "name": names[meeting[1]].map { "Meeting: \($0)" } ?? meeting[0],
        "parent_id": meeting[1], "start_date": day, "end_date": day,
      ]
      var event = object(meeting[0], .happening, values)
      addPresent("participant", participants, to: &event)
      result.append(event)
    }
    for place in result.indices {
      guard let id = result[place]["id"] as? String else { continue }
      result[place]["organization_id"] = facts.takeFirst("organiser", of: id, organisers)
    }
    return result
  }

  private func addPresent(_ predicate: String, _ rows: [String: [[String]]], to event: inout Object) {
    guard let id = event["id"] as? String else { return }
    let present = (rows[id] ?? []).map { $0[0] }.filter(members.contains)
    for who in present { facts.take(predicate, [id, who]) }
    if !present.isEmpty { event["attendees"] = present.map { ["id": $0] } }
  }

  // MARK: Memberships

  /// Memberships that have an identifier, and affiliations that none of them stands for.
  private func memberships() throws(RunError) -> [Object] {
    let organisations = Set(try facts.rows("org", columns: 3).map { $0[0] })
    let posts = try facts.rowsByFirst("of_post", columns: 2)
    let sponsors = try facts.rowsByFirst("on_behalf_of", columns: 2)
    let affiliations = try facts.rows("affiliated", columns: 3)
    let since = Dictionary(grouping: try facts.rows("affiliated_since", columns: 3)) { Array($0[..<2]) }
    let until = Dictionary(grouping: try facts.rows("affiliated_until", columns: 3)) { Array($0[..<2]) }
    var told: Set<[String]> = []
    var result: [Object] = []
    for row in try facts.rows("membership", columns: 4) {
      facts.take("membership", row)
      told.insert([row[1], row[2], row[3].isEmpty ? PopoloVocabulary.unnamedRole : row[3]])
      let membership = object(
        row[0],
        .membership,
        [
          organisations.contains(row[1]) ? "member_id" : "person_id": row[1], "organization_id": row[2],
          "role": row[3], "post_id": facts.takeFirst("of_post", of: row[0], posts),
          "on_behalf_of_id": facts.takeFirst("on_behalf_of", of: row[0], sponsors),
        ]
      )
      // What the dates of a membership say of its member.
      for (key, predicate) in [("start_date", "affiliated_since"), ("end_date", "affiliated_until")] {
        guard let text = membership[key] as? String, let day = PopoloFiller.day(text) else { continue }
        facts.take(predicate, [row[1], row[2], day])
      }
      result.append(membership)
    }
    for row in affiliations {
      facts.take("affiliated", row)
      if told.contains(row) { continue }
      let pair = Array(row[..<2])
      for (predicate, rows) in [("affiliated_since", since), ("affiliated_until", until)] {
        if let first = rows[pair]?.first { facts.take(predicate, first) }
      }
      result.append(
        PopoloExport.object([
          "person_id": row[0], "organization_id": row[1], "role": row[2], "start_date": since[pair]?.first?[2],
          "end_date": until[pair]?.first?[2],
        ])
      )
    }
    return result
  }

  // MARK: Objects

  /// Everything that is known of an entity, under these values; texts that are empty are left out.
  private func object(_ id: String, _ kind: Kind, _ values: [String: String?]) -> Object {
    var object = PopoloExport.object(values)
    object["id"] = id
    for property in properties {
      guard let rows = property.values[id] else { continue }
      switch property.shape {
      case .single:
        let first = object[property.key] as? String ?? rows[0][0]
        object[property.key] = first
        let others = rows.map { $0[0] }.filter { $0 != first }
        facts.take(property.predicate, [id, first])
        // Popolo has room for one whole and one area.
        guard !others.isEmpty, property.key.hasSuffix("_id") else { continue }
        for other in others { facts.take(property.predicate, [id, other]) }
        object["other_\(property.key)s"] = others
      case .objects(let keys):
        object[property.key] = rows.map { row in
          facts.take(property.predicate, [id] + row)
          return PopoloExport.object(Dictionary(uniqueKeysWithValues: zip(keys, row)))
        }
      }
    }
    for detail in details[id] ?? [] {
      // Of a day it may be the time; else it takes no key that something else has, here or when it is read.
      let isTime = (object[detail[0]] as? String).map { $0 == PopoloFiller.day(detail[1]) }
      guard isTime ?? !PopoloVocabulary.isReserved(detail[0], of: kind) else { continue }
      object[detail[0]] = detail[1]
      facts.take("detail", [id] + detail)
    }
    return object
  }

  private static func object(_ values: [String: String?]) -> Object {
    values.compactMapValues { value in value.flatMap { $0.isEmpty ? nil : $0 } }
  }
}

/// The facts of the predicates that Popolo has keys for, and which of them have not been written.
private final class PopoloFacts {
  private let facts: FactTexts
  /// By bytes, in which texts that look alike differ.
  private var unwritten: [String: Set<[Symbol]>] = [:]

  init(_ facts: FactTexts) { self.facts = facts }

  func rows(_ predicate: String, columns count: Int) throws(RunError) -> [[String]] {
    let rows = try facts.rows(predicate, columns: count)
    if unwritten[predicate] == nil { unwritten[predicate] = Set(rows.map { $0.map { Symbol($0) } }) }
    return rows
  }

  /// By the first column, which is left out.
  func rowsByFirst(_ predicate: String, columns count: Int) throws(RunError) -> [String: [[String]]] {
    Dictionary(grouping: try rows(predicate, columns: count)) { $0[0] }.mapValues { rows in
      rows.map { Array($0.dropFirst()) }
    }
  }

  /// Notes that a fact is written.
  func take(_ predicate: String, _ row: [String]) { unwritten[predicate]?.remove(row.map { Symbol($0) }) }

  /// The first value of an entity, which is written; there is room for no other.
  func takeFirst(_ predicate: String, of id: String, _ rows: [String: [[String]]]) -> String? {
    guard let first = rows[id]?.first?.first else { return nil }
    take(predicate, [id, first])
    return first
  }

  /// What is not written, in a sentence.
  func leftOut() throws(RunError) -> String? {
    var parts = unwritten.filter { !$0.value.isEmpty }.sorted { $0.key < $1.key }.map { "\($0.value.count) \($0.key)" }
    let others = try facts.count(without: Set(unwritten.keys))
    if others.facts > 0 {
      let predicates = others.predicates == 1 ? "another predicate" : "\(others.predicates) other predicates"
      parts.append("\(counted(others.facts, "fact")) of \(predicates)")
    }
    return parts.isEmpty ? nil : "Popolo has no room for \(parts.joined(separator: ", "))"
  }
}

/// How Popolo's keys and the predicates of the vocabulary correspond, where the correspondence is plain.
enum PopoloVocabulary {
  /// A membership without a role makes its member this.
  static let unnamedRole = "member"

  /// Classifications of events that are visits and meetings, and the key that says which kind of visit.
  static let (visit, meeting, visitKind) = ("visit", "meeting", "visit_kind")

  /// Whether a key of an object means something else than a detail.
  static func isReserved(_ key: String, of kind: PopoloReader.Kind) -> Bool {
    let keys: Set<String> =
      switch kind {
      case .person: []
      case .org, .place: ["parent", "parent_id", "children"]
      case .post: ["label", "organization", "organization_id"]
      case .happening: ["parent", "parent_id", "organization", "organization_id", "attendees", visitKind]
      case .membership:
        [
          "person", "person_id", "member", "member_id", "organization", "organization_id", "role", "post", "post_id",
          "on_behalf_of", "on_behalf_of_id",
        ]
      }
    return keys.contains(key) || commonKeys.contains(key) || lists.contains { $0.0 == key }
  }

  /// Of objects of all kinds.
  private static let commonKeys: Set<String> = [
    "id", "_id", "name", "classification", "area", "area_id", "other_parent_ids", "other_area_ids", "email", "image",
    "memberships", "posts",
  ]

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
