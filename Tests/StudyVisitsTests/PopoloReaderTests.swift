import Testing

@testable import StudyVisits

/// What Popolo JSON in its many forms becomes.
@Suite struct PopoloReaderTests {
  private func read(_ text: String) -> ImportedData { PopoloReader.read(Array(text.utf8), file: "x.json", watch) }

  private var watch: RowWatch { RowWatch(RunOptions(today: (2026, 1, 1))) }

  /// Facts as `predicate(column: value, …)`, columns sorted, the record's own entity as `.`.
  private func facts(_ data: ImportedData) -> Set<String> {
    var result: Set<String> = []
    for record in data.records {
      for fact in record.facts {
        let arguments = fact.arguments.sorted { $0.key < $1.key }.map { "\($0.key): \(text($0.value))" }
        result.insert("\(fact.predicate)(\(arguments.joined(separator: ", ")))")
      }
    }
    return result
  }

  private func text(_ value: ImportedValue) -> String {
    switch value {
    case .text(let text): text
    case .reference(_, let text): text
    case .entity: "."
    }
  }

  @Test func `collections become entities of their kinds, with what is nested in them`() {
    let data = read(
      """
      {"persons": [{"id": "a", "name": "Ann", "birth_date": "1960-05", "gender": "female", "email": "a@b.org",
        "other_names": [{"name": "Anna", "lang": "de", "note": "birth"}],
        "contact_details": [{"type": "phone", "value": "1"}], "identifiers": [{"scheme": "wd", "identifier": "Q1"}],
        "links": [{"url": "http://a", "note": "home"}], "images": [{"url": "http://i"}],
        "memberships": [{"organization_id": "o", "role": "chair", "start_date": "2014"}]}],
       "organizations": [{"id": "o", "name": "Org", "classification": "party", "parent": {"id": "p", "name": "Parent"},
         "posts": [{"id": "seat", "label": "Seat"}]}],
       "areas": [{"id": 7, "name": "Area", "parent_id": null}],
       "events": [{"id": "e", "name": "Event", "start_date": "2014-01-02T10:00:00Z", "attendees": [{"id": "a"}]}]}
      """
    )
    #expect(data.problems.isEmpty)
    let entities = data.records.flatMap(\.entities).map { "\($0.predicate) \($0.identifier ?? "") \($0.name ?? "")" }
    #expect(
      Set(entities) == [
        "person a Ann", "org o Org", "org p Parent", "post seat Seat", "place 7 Area", "happening e Event",
        "membership membership|a|o|chair|2014 ",
      ]
    )
    #expect(
      facts(data) == [
        "born(day: 1960-05, person: .)", "detail(entity: ., text: female, what: gender)",
        "contact(entity: ., kind: email, value: a@b.org)", "contact(entity: ., kind: phone, value: 1)",
        "alias(entity: ., kind: birth, lang: de, name: Anna)", "identifier(entity: ., scheme: wd, value: Q1)",
        "web_link(entity: ., note: home, url: http://a)", "image(entity: ., url: http://i)",
        "affiliated(org: o, person: a, role: chair)", "affiliated_since(day: 2014, org: o, person: a)",
        "valid_from(day: 2014, entity: .)", "part_of(part: ., whole: p)", "post_of(org: o, post: .)",
        "starts(day: 2014-01-02, event: .)", "detail(entity: ., text: 2014-01-02T10:00:00Z, what: start_date)",
        "attendee(event: ., who: a)",
      ]
    )
  }

  @Test func `memberships alike in all stay several, and keep their identifiers when read again`() {
    let text = """
      {"persons": [{"id": "a", "name": "A"}], "organizations": [{"id": "o", "name": "O"}],
       "memberships": [{"person_id": "a", "organization_id": "o"}, {"person_id": "a", "organization_id": "o"}]}
      """
    let identifiers = read(text).records.flatMap(\.entities).filter { $0.predicate == "membership" }.map(\.identifier)
    #expect(identifiers == ["membership|a|o", "membership|a|o#2"])
  }

  @Test func `an identifier that a person and an organisation bear is told apart`() {
    let data = read(
      """
      {"persons": [{"id": 1, "name": "A"}], "organizations": [{"id": 1, "name": "O"}],
       "memberships": [{"person_id": 1, "organization_id": 1}]}
      """
    )
    #expect(data.records.flatMap(\.entities).prefix(2).map(\.identifier) == ["person/1", "org/1"])
    #expect(facts(data) == ["affiliated(org: org/1, person: person/1, role: member)"])
  }

  @Test func `dates that no calendar has are kept as texts and told of`() {
    let data = read(#"{"persons": [{"id": "a", "name": "A", "birth_date": "1950-00-00", "death_date": "2014-02-30"}]}"#)
    #expect(data.problems.map(\.place) == ["persons[0].birth_date", "persons[0].death_date"])
    #expect(
      facts(data) == [
        "detail(entity: ., text: 1950-00-00, what: birth_date)",
        "detail(entity: ., text: 2014-02-30, what: death_date)",
      ]
    )
  }

  @Test(arguments: [
    ("", "not JSON"), ("{\"persons\": [", "not JSON"), ("[1, 2]", "an array"), ("{}", "it is empty"),
    ("{\"foaf\": {}}", "`foaf`"), ("{\"persons\": {}}", "a collection is an array"),
    ("{\"persons\": [3]}", "an object was expected"), ("{\"persons\": [{}]}", "neither `id` nor `name`"),
    ("{\"memberships\": [{\"role\": \"x\"}]}", "names no member"),
    ("{\"persons\": [], \"persons\": []}", "has the key \"persons\" already"),
    ("{\"person\": {\"name\": {\"term\": \"nick\"}}, \"schema\": {}}", "its keys are `person`, `schema`"),
    (String(repeating: "[", count: 100_000), "not JSON"), ("{\"persons\": [], \"warnings\": [1]}", "no collection"),
    ("\u{0}", "not JSON"),
  ])
  func `what is not Popolo is told of, with its place`(_ text: String, _ message: String) {
    #expect(read(text).problems.contains { $0.message.contains(message) }, "\(read(text).problems)")
  }

  @Test func `a truncated document is no document, wherever it ends`() {
    let text = #"{"persons": [{"id": "a", "name": "Ann \u00e9", "other_names": [{"name": "B"}], "x": 1.5e3}]}"#
    for end in 0..<text.utf8.count {
      let data = PopoloReader.read(Array(text.utf8.prefix(end)), file: "x.json", watch)
      #expect(data.records.isEmpty && data.problems.count == 1)
    }
  }
}
