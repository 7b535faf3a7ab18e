internal import Datalog

/// Makes records of Popolo JSON: an object with collections of people, organisations, areas, posts, events and
/// memberships, https://www.popoloproject.com/specs/.
///
/// Objects within objects are records of their own. What the vocabulary has no predicate for is declared; a key that is
/// not known and holds a text or a number becomes `detail(entity, what, text)`, so that nothing is lost.
struct PopoloReader {
  /// What an object of a collection is.
  enum Kind: String, CaseIterable {
    case person, org, place, post, happening, membership

    /// The keys of its collections.
    var collections: [String] {
      switch self {
      case .person: ["persons", "people"]
      case .org: ["organizations", "organisations"]
      case .place: ["areas"]
      case .post: ["posts"]
      case .happening: ["events"]
      case .membership: ["memberships"]
      }
    }

    /// What stands for a classification that is not given.
    var unclassified: String {
      switch self {
      case .org: "organisation"
      case .place: "area"
      case .person, .post, .happening, .membership: "event"
      }
    }
  }

  private(set) var data: ImportedData
  /// The objects of each kind that collections list, by identifier.
  private var objects: [Kind: [String: [String: JSONTree]]] = [:]
  private var coined: [String: Int] = [:]
  /// The events that are visits and meetings of the vocabulary, by identifier.
  private var eventPredicates: [String: String] = [:]

  private init(_ file: String) {
    data = ImportedData(file: file)
    data.declarations = PopoloReader.declarations
  }

  static func read(_ bytes: [UInt8], file: String, _ watch: RowWatch) -> ImportedData {
    var reader = PopoloReader(file)
    do {
      reader.read(try JSONTree(bytes), watch)
    } catch {
      reader.problem(error.place, error.message)
    }
    return reader.data
  }

  private static let declarations: [(predicate: String, text: String)] = [
    ("attendee", ".decl attendee(event: symbol, who: symbol)"),
    ("born", ".decl born(person: symbol, day: date)"),
    ("detail", ".decl detail(entity: symbol, what: symbol, text: symbol)"),
    ("died", ".decl died(person: symbol, day: date)"),
    ("dissolved", ".decl dissolved(org: symbol, day: date)"),
    ("founded", ".decl founded(org: symbol, day: date)"),
    ("identifier", ".decl identifier(entity: symbol, scheme: symbol, value: symbol)"),
    ("image", ".decl image(entity: symbol, url: symbol)"),
    ("web_link", ".decl web_link(entity: symbol, url: symbol, note: symbol)"),
    ("membership", ".decl membership(id: symbol, member: symbol, org: symbol, role: symbol) key(id)"),
    ("of_post", ".decl of_post(membership: symbol, post: symbol)"),
    ("on_behalf_of", ".decl on_behalf_of(membership: symbol, org: symbol)"),
    ("post", ".decl post(id: symbol, name: symbol) key(id)"),
    ("post_of", ".decl post_of(post: symbol, org: symbol)"),
    ("source", ".decl source(entity: symbol, url: symbol, note: symbol)"),
    ("valid_from", ".decl valid_from(entity: symbol, day: date)"),
    ("valid_until", ".decl valid_until(entity: symbol, day: date)"),
  ]

  // MARK: Collections

  private mutating func read(_ root: JSONTree, _ watch: RowWatch) {
    let found: (collections: [PopoloCollection], others: [String], faults: [PopoloCollection.Fault])
    do {
      found = try PopoloCollection.all(of: root, file: data.file)
    } catch {
      return problem(error.place, error.message)
    }
    for collection in found.collections { note(.array(collection.items), collection.kind) }
    for collection in found.collections where collection.kind == .happening { noteVisits(collection.items) }
    data.recognised.append("Popolo")
    if let only = found.collections.first, found.collections.count == 1, only.isSingle || only.place.isEmpty {
      data.recognised.append(only.isSingle ? "one \(only.kind.rawValue)" : only.kind.collections[0])
    }
    for fault in found.faults { problem(fault.place, fault.message) }
    for collection in found.collections {
      for (index, item) in collection.items.enumerated() {
        if watch.isOver(after: data.records.count) { return }
        _ = add(item, collection.kind, collection.place(of: index))
      }
    }
    for key in found.others { problem(key, "this is no collection of Popolo that facts are made of") }
  }

  /// Notes the identifiers of a collection and of what its objects hold.
  private mutating func note(_ tree: JSONTree?, _ kind: Kind) {
    guard case .array(let items) = tree else { return }
    for case .object(let object) in items {
      if let id = object["id"]?.text, objects[kind]?[id] == nil { objects[kind, default: [:]][id] = object }
      for key in ["posts", "memberships"] { note(object[key], key == "posts" ? .post : .membership) }
      if kind == .org || kind == .place { note(object["children"], kind) }
    }
  }

  /// Notes which events are visits, as our own export tells them, and which are meetings of these.
  private mutating func noteVisits(_ items: [JSONTree]) {
    let events = items.compactMap { item -> [String: JSONTree]? in
      if case .object(let event) = item { event } else { nil }
    }
    for event in events where event["classification"]?.text == PopoloVocabulary.visit {
      if let id = event["id"]?.text, event[PopoloVocabulary.visitKind]?.text?.isEmpty == false {
        eventPredicates[id] = "visit"
      }
    }
    for event in events where event["classification"]?.text == PopoloVocabulary.meeting {
      guard let id = event["id"]?.text, let visit = event["parent_id"]?.text else { continue }
      if eventPredicates[visit] == "visit", eventPredicates[id] == nil { eventPredicates[id] = "meeting" }
    }
  }

  /// How others refer to something by its identifier.
  private func reference(to id: String, _ kind: Kind) -> ImportedValue {
    .reference(kind: kind == .happening ? eventPredicates[id] ?? kind.rawValue : kind.rawValue, identifier(id, kind))
  }

  /// An identifier that several kinds of things bear is told apart by the kind.
  private func identifier(_ id: String, _ kind: Kind) -> String {
    let isShared = objects.contains { $0.key != kind && $0.value[id] != nil }
    return isShared ? "\(kind.rawValue)/\(id)" : id
  }

  private mutating func problem(_ place: String, _ message: String) {
    data.problems.append(ImportProblem(place, message))
  }

  // MARK: Objects

  /// What an object within another implies.
  struct Owner {
    var member: ImportedValue?
    var organisation: ImportedValue?
    var whole: ImportedValue?
  }

  /// Makes a record of an object.
  ///
  /// - Returns: how others refer to it.
  private mutating func add(_ tree: JSONTree, _ kind: Kind, _ place: String, owner: Owner = Owner()) -> ImportedValue? {
    guard case .object(var object) = tree else {
      problem(place, "an object was expected; this is \(tree.kindText)")
      return nil
    }
    let predicate =
      kind == .happening ? object["id"]?.text.flatMap { eventPredicates[$0] } ?? kind.rawValue : kind.rawValue
    let dayMet = predicate == "meeting" ? PopoloReader.takeDay(of: &object) : nil
    let visit = predicate == "meeting" ? object.removeValue(forKey: "parent_id")?.text : nil
    var filler = PopoloFiller(object, place: place)
    let id = filler.takeText("id") ?? filler.takeText("@id") ?? filler.takeText("_id")
    let name = filler.takeName(kind)
    // Its own record comes first, so that what it holds can refer to it.
    let slot = data.records.count
    data.records.append(ImportedRecord(number: slot + 1, place: place, text: tree.line))
    let shownName = name ?? id
    var entity = ImportedEntity(predicate, identifier: id.map { identifier($0, kind) }, name: shownName)
    let own: ImportedValue? =
      id.map { reference(to: $0, kind) }
      ?? name.map { .reference(kind: kind.rawValue, $0) }
    if id == nil, name == nil, kind != .membership {
      problem(place, "the \(kind.rawValue) has neither `id` nor `name`")
      return nil
    }
    switch kind {
    case .happening where predicate == "visit":
      entity.values["kind"] = filler.takeText(PopoloVocabulary.visitKind).map { .text($0) }
      _ = filler.take("classification")
    case .happening where predicate == "meeting":
      entity.name = nil
      entity.values["visit"] = visit.map { reference(to: $0, kind) }
      _ = filler.take("classification")
    case .org, .place, .happening:
      entity.values["kind"] = .text(filler.takeText("classification") ?? kind.unclassified)
    case .membership:
      entity.name = nil
      guard addMembership(&entity, &filler, owner, id) else { return nil }
    case .person, .post: break
    }
    filler.record = ImportedRecord(number: slot + 1, place: place, text: tree.line)
    filler.record.entities.append(entity)
    if let dayMet { filler.add("met_on", ["meeting": .entity(0), "day": .text(dayMet)]) }
    if kind != .membership { addReferences(&filler, kind, owner, own) }
    filler.addProperties(kind)
    filler.addRest()
    data.records[slot] = filler.record
    data.problems += filler.problems
    return own
  }

  /// The day on which something begins and ends.
  private static func takeDay(of object: inout [String: JSONTree]) -> String? {
    guard let start = object["start_date"]?.text, start == object["end_date"]?.text, PopoloFiller.day(start) == start
    else { return nil }
    object["start_date"] = nil
    object["end_date"] = nil
    return start
  }

  private mutating func addPresent(_ predicate: String, _ column: String, _ filler: inout PopoloFiller) {
    guard case .array(let attendees)? = filler.take("attendees") else { return }
    for (index, attendee) in attendees.enumerated() {
      if let who = referenceToMember(attendee, "\(filler.place).attendees[\(index)]") {
        filler.add(predicate, [column: .entity(0), "who": who])
      }
    }
  }

  /// What a key `x_id`, or an object under `x`, refers to.
  private mutating func reference(_ key: String, _ kind: Kind, _ filler: inout PopoloFiller) -> ImportedValue? {
    let nested = filler.take(key)
    if case .object(let object) = nested, let nested {
      _ = filler.takeText("\(key)_id")
      if let id = idOfExcerpt(object, kind) { return reference(to: id, kind) }
      return add(nested, kind, "\(filler.place).\(key)")
    }
    let id = filler.takeText("\(key)_id") ?? nested?.text
    return id.map { reference(to: $0, kind) }
  }

  /// The identifier of an object that says nothing but what a collection says of it.
  private func idOfExcerpt(_ object: [String: JSONTree], _ kind: Kind) -> String? {
    guard let id = object["id"]?.text, let whole = objects[kind]?[id] else { return nil }
    return object.allSatisfy { whole[$0.key] == $0.value } ? id : nil
  }

  private mutating func addReferences(_ filler: inout PopoloFiller, _ kind: Kind, _ owner: Owner, _ own: ImportedValue?)
  {
    if let area = reference("area", .place, &filler) {
      filler.add("located_in", ["entity": .entity(0), "place": area])
    }
    if kind != .person, kind != .post, let parent = reference("parent", kind, &filler) ?? owner.whole {
      if parent == own {
        filler.problem("parent_id", "it is its own parent; this was left out")
      } else {
        filler.add("part_of", ["part": .entity(0), "whole": parent])
      }
    }
    for (key, kind, predicate, columns) in [
      ("other_parent_ids", kind, "part_of", ("part", "whole")),
      ("other_area_ids", Kind.place, "located_in", ("entity", "place")),
    ] {
      guard case .array(let others)? = filler.take(key) else { continue }
      for other in others.compactMap(\.text) {
        let value = ImportedValue.reference(kind: kind.rawValue, identifier(other, kind))
        filler.add(predicate, [columns.0: .entity(0), columns.1: value])
      }
    }
    if kind == .post || kind == .happening {
      let organisation = reference("organization", .org, &filler) ?? owner.organisation
      let (predicate, column) = kind == .post ? ("post_of", "post") : ("organiser", "event")
      if let organisation { filler.add(predicate, [column: .entity(0), "org": organisation]) }
    }
    if kind == .happening {
      let isMeeting = filler.record.entities.first?.predicate == "meeting"
      addPresent(isMeeting ? "participant" : "attendee", isMeeting ? "meeting" : "event", &filler)
    }
    if case .array(let memberships)? = filler.take("memberships") {
      let owner = kind == .person ? Owner(member: own) : Owner(organisation: own)
      for (index, membership) in memberships.enumerated() {
        _ = add(membership, .membership, "\(filler.place).memberships[\(index)]", owner: owner)
      }
    }
    if kind == .org, case .array(let posts)? = filler.take("posts") {
      for (index, post) in posts.enumerated() {
        _ = add(post, .post, "\(filler.place).posts[\(index)]", owner: Owner(organisation: own))
      }
    }
    if kind == .org || kind == .place, case .array(let children)? = filler.take("children") {
      for (index, child) in children.enumerated() {
        _ = add(child, kind, "\(filler.place).children[\(index)]", owner: Owner(whole: own))
      }
    }
  }

  /// A person or an organisation, as an identifier, or as an object that may be no more than one.
  private mutating func referenceToMember(_ tree: JSONTree, _ place: String) -> ImportedValue? {
    var id = tree.text
    if case .object(let object) = tree {
      for key in ["id", "person_id", "organization_id"] where id == nil { id = object[key]?.text }
      let isKnown = id.flatMap(kind(ofMember:)) != nil
      if object["name"] != nil, !isKnown { return add(tree, .person, place) }
    }
    if let id {
      let kind = kind(ofMember: id) ?? Kind.person
      return .reference(kind: kind.rawValue, identifier(id, kind))
    }
    problem(place, "nobody is named here")
    return nil
  }

  private func kind(ofMember id: String) -> Kind? {
    [.person, .org].first { objects[$0]?[id] != nil }
  }

  // MARK: Memberships

  private mutating func addMembership(
    _ entity: inout ImportedEntity,
    _ filler: inout PopoloFiller,
    _ owner: Owner,
    _ id: String?
  ) -> Bool {
    var member = reference("person", .person, &filler) ?? owner.member
    if member == nil, let tree = filler.take("member") ?? filler.take("member_id") {
      member = referenceToMember(tree, "\(filler.place).member")
    }
    guard let member else {
      problem(filler.place, "the membership names no member (`person_id`)")
      return false
    }
    let organisation = reference("organization", .org, &filler) ?? owner.organisation
    let role = filler.takeText("role") ?? ""
    if id == nil {
      entity.identifier = coinedIdentifier(of: filler.object, member, organisation)
    }
    entity.values = ["member": member, "org": organisation ?? .text(""), "role": .text(role)]
    if let organisation {
      let isPerson = if case .reference(kind: "person", _) = member { true } else { false }
      let day = filler.object["start_date"]?.text.flatMap(PopoloFiller.day)
      let end = filler.object["end_date"]?.text.flatMap(PopoloFiller.day)
      if isPerson {
        let shown = role.isEmpty ? PopoloVocabulary.unnamedRole : role
        filler.add("affiliated", ["person": member, "org": organisation, "role": .text(shown)])
        if let day { filler.add("affiliated_since", ["person": member, "org": organisation, "day": .text(day)]) }
        if let end { filler.add("affiliated_until", ["person": member, "org": organisation, "day": .text(end)]) }
      }
    }
    if let post = reference("post", .post, &filler) { filler.add("of_post", ["membership": .entity(0), "post": post]) }
    if let sponsor = reference("on_behalf_of", .org, &filler) {
      filler.add("on_behalf_of", ["membership": .entity(0), "org": sponsor])
    }
    if let area = reference("area", .place, &filler) {
      filler.add("located_in", ["entity": .entity(0), "place": area])
    }
    return true
  }

  /// What tells a membership without an identifier from others; those alike in all are numbered.
  private mutating func coinedIdentifier(
    of object: [String: JSONTree],
    _ member: ImportedValue,
    _ organisation: ImportedValue?
  ) -> String {
    var parts = ["membership", PopoloReader.text(of: member)]
    if let organisation { parts.append(PopoloReader.text(of: organisation)) }
    for key in ["role", "post_id", "on_behalf_of_id", "legislative_period_id", "start_date", "end_date"] {
      if let text = object[key]?.text, !text.isEmpty { parts.append(text) }
    }
    let basis = parts.joined(separator: "|")
    let number = (coined[basis] ?? 0) + 1
    coined[basis] = number
    return number == 1 ? basis : "\(basis)#\(number)"
  }

  private static func text(of value: ImportedValue) -> String {
    switch value {
    case .text(let text), .reference(_, let text): text
    case .entity: ""
    }
  }
}
