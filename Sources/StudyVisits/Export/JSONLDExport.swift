/// People, organisations, places and events as JSON-LD in the terms of https://schema.org.
struct JSONLDExport {
  private typealias Object = [String: Any]

  private let facts: FactTexts
  private let names: [String: [[String]]]
  private let contacts: [String: [[String]]]
  private let wholes: [String: [[String]]]
  private let places: [String: [[String]]]

  init(_ compilation: Compilation) throws(RunError) {
    facts = FactTexts(compilation)
    names = try facts.rowsByFirst("alias", columns: 4)
    contacts = try facts.rowsByFirst("contact", columns: 3)
    wholes = try facts.rowsByFirst("part_of", columns: 2)
    places = try facts.rowsByFirst("located_in", columns: 2)
  }

  func write(to sink: any ByteSink) throws {
    let graph = try people() + organisations() + areas() + events()
    try sink.write(JSONText.pretty(["@context": "https://schema.org", "@graph": graph] as Object))
  }

  private func people() throws(RunError) -> [Object] {
    let roles = Dictionary(grouping: try facts.rows("affiliated", columns: 3)) { $0[0] }
    let since = Dictionary(grouping: try facts.rows("affiliated_since", columns: 3)) { Array($0[..<2]) }
    let until = Dictionary(grouping: try facts.rows("affiliated_until", columns: 3)) { Array($0[..<2]) }
    let births = try facts.rowsByFirst("born", columns: 2)
    let deaths = try facts.rowsByFirst("died", columns: 2)
    return try facts.rows("person", columns: 2).map { row in
      var person = object(row[0], "Person", name: row[1])
      person["birthDate"] = births[row[0]]?.first?.first
      person["deathDate"] = deaths[row[0]]?.first?.first
      let memberships = (roles[row[0]] ?? []).map { role in
        var membership: Object = [
          "@type": "OrganizationRole", "roleName": role[2], "memberOf": JSONLDExport.reference(role[1]),
        ]
        membership["startDate"] = since[Array(role[..<2])]?.first?[2]
        membership["endDate"] = until[Array(role[..<2])]?.first?[2]
        return membership
      }
      if !memberships.isEmpty { person["memberOf"] = memberships }
      return person
    }
  }

  private func organisations() throws(RunError) -> [Object] {
    let foundings = try facts.rowsByFirst("founded", columns: 2)
    let endings = try facts.rowsByFirst("dissolved", columns: 2)
    return try facts.rows("org", columns: 3).map { row in
      var organisation = object(row[0], "Organization", name: row[2])
      organisation["additionalType"] = row[1]
      organisation["parentOrganization"] = wholes[row[0]]?.first.map { JSONLDExport.reference($0[0]) }
      organisation["foundingDate"] = foundings[row[0]]?.first?.first
      organisation["dissolutionDate"] = endings[row[0]]?.first?.first
      return organisation
    }
  }

  private func areas() throws(RunError) -> [Object] {
    try facts.rows("place", columns: 3).map { row in
      var place = object(row[0], row[1] == "country" ? "Country" : "Place", name: row[2])
      place["additionalType"] = row[1]
      place["containedInPlace"] = (wholes[row[0]] ?? places[row[0]])?.first.map { JSONLDExport.reference($0[0]) }
      return place
    }
  }

  private func events() throws(RunError) -> [Object] {
    let starts = try facts.rowsByFirst("starts", columns: 2).merging(facts.rowsByFirst("met_on", columns: 2)) { a, _ in
      a
    }
    let ends = try facts.rowsByFirst("ends", columns: 2)
    let organisers = try facts.rowsByFirst("organiser", columns: 2)
    let attendees = try facts.rowsByFirst("participant", columns: 2).merging(facts.rowsByFirst("attendee", columns: 2))
    {
      $0 + $1
    }
    let wholes = try facts.rowsByFirst("meeting", columns: 2).merging(wholes) { a, _ in a }
    let events =
      try facts.rows("visit", columns: 3) + facts.rows("happening", columns: 3)
      + facts.rows("meeting", columns: 2).map { [$0[0], "meeting", $0[0]] }
    return events.map { row in
      var event = object(row[0], "Event", name: row[2])
      event["additionalType"] = row[1]
      event["startDate"] = starts[row[0]]?.first?.first
      event["endDate"] = ends[row[0]]?.first?.first
      event["superEvent"] = wholes[row[0]]?.first.map { JSONLDExport.reference($0[0]) }
      if let organisers = organisers[row[0]] { event["organizer"] = organisers.map { JSONLDExport.reference($0[0]) } }
      if let attendees = attendees[row[0]] { event["attendee"] = attendees.map { JSONLDExport.reference($0[0]) } }
      return event
    }
  }

  /// What any kind of entity has.
  private func object(_ id: String, _ type: String, name: String) -> Object {
    var object: Object = ["@id": JSONLDExport.identifier(id), "@type": type, "name": name, "identifier": id]
    if let names = names[id] {
      object["alternateName"] = names.map { name -> Any in
        name[1].isEmpty ? name[0] : ["@value": name[0], "@language": name[1]]
      }
    }
    for (kind, key) in [("email", "email"), ("phone", "telephone"), ("address", "address"), ("web", "url")] {
      let values = (contacts[id] ?? []).filter { $0[0] == kind }.map { $0[1] }
      if !values.isEmpty { object[key] = values }
    }
    if type != "Place", type != "Country", let place = places[id]?.first {
      object["location"] = JSONLDExport.reference(place[0])
    }
    return object
  }

  private static func reference(_ id: String) -> Object { ["@id": identifier(id)] }

  /// An identifier as an address within the document, as JSON-LD wants one: what may not stand there is escaped.
  private static func identifier(_ id: String) -> String {
    var text = "#"
    for byte in id.utf8 {
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "~"), UInt8(ascii: "/"), UInt8(ascii: ":"):
        text.unicodeScalars.append(Unicode.Scalar(byte))
      default:
        let digits = String(byte, radix: 16, uppercase: true)
        text += digits.utf8.count == 1 ? "%0\(digits)" : "%\(digits)"
      }
    }
    return text
  }
}
