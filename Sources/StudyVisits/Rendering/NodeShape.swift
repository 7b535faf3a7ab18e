/// What a node of a graph looks like, by what it stands for; told apart by outline alone, so that grey is enough.
enum NodeShape: CaseIterable {
  case country, place, organisation, person, visit, meeting, agreement, topic, policy, document, other

  init(kind: String?) {
    self = kind.flatMap { NodeShape.kinds[$0] } ?? .other
  }

  /// The value of `shape` and the attributes that go with it.
  var attributes: StaticString {
    switch self {
    case .country: "doubleoctagon"
    case .place: "octagon"
    case .organisation: "box"
    case .person: "ellipse"
    case .visit: "house"
    case .meeting: "hexagon"
    case .agreement: "parallelogram"
    case .topic: "diamond"
    case .policy: "component"
    case .document: "note"
    case .other: "box, style=rounded"
    }
  }

  /// The kinds of the shipped vocabulary, and the predicates that name entities without a kind.
  private static let kinds: [String: NodeShape] = {
    let words: [NodeShape: String] = [
      .country: "country",
      .place: "place territory region district city village",
      .organisation: """
      org organisation ministry agency department centre office court prosecution police parliament committee \
      commission council university institute school embassy intergovernmental field_operation ngo association \
      think_tank media government government_office government_group company company_group
      """,
      .person: "person",
      .visit: "visit study_visit study_tour working_visit official_visit exchange consultation series delegation",
      .meeting: "meeting presentation happening",
      .agreement: "agreement commitment memorandum intention_to_cooperate",
      .topic: "topic",
      .policy: "policy strategy law plan programme project",
      .document: "document passage",
    ]
    var kinds: [String: NodeShape] = [:]
    for (shape, names) in words {
      for name in names.split(separator: " ") { kinds[String(name)] = shape }
    }
    return kinds
  }()
}
