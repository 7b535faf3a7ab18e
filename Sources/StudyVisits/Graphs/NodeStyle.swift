/// What a node looks like, by what it stands for: told apart by outline alone, so that grey is enough; the fills are light
/// tints of the colours of M. Okabe and K. Ito (https://jfly.uni-koeln.de/color/), which the colour-blind tell apart too.
public enum NodeStyle: String, CaseIterable, Sendable {
  case country, place, organisation, person, visit, meeting, agreement, topic, policy, happening, document, other

  /// - Parameters:
  ///   - kind: such as `university`.
  ///   - sort: the predicate that records the entity, such as `org`, for kinds that are not known here.
  public init(kind: String?, sort: String? = nil) {
    self = kind.flatMap { NodeStyle.kinds[$0] } ?? sort.flatMap { NodeStyle.kinds[$0] } ?? .other
  }

  /// The shape that Graphviz draws.
  public var shape: String {
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
    case .happening: "trapezium"
    case .document: "note"
    case .other: "box"
    }
  }

  /// The fill, `#rrggbb`, light enough for black text.
  public var fill: String {
    switch self {
    case .country: "#f5ec9a"
    case .place: "#fbf7d3"
    case .organisation: "#cfe6f7"
    case .person: "#fbe0b5"
    case .visit: "#9fd0f0"
    case .meeting: "#b9e3d3"
    case .agreement: "#eccfdf"
    case .topic: "#ffffff"
    case .policy: "#dcdcdc"
    case .happening: "#f3bfa3"
    case .document: "#f1f1f1"
    case .other: "#ffffff"
    }
  }

  /// The kinds of the shipped vocabulary, and the predicates that name entities without a kind.
  private static let kinds: [String: NodeStyle] = {
    let words: [NodeStyle: String] = [
      .country: "country",
      .place: "place territory region district city village",
      .organisation: """
      org organisation ministry agency department centre office court prosecution police parliament committee \
      commission council university institute school embassy intergovernmental field_operation ngo association \
      think_tank media government government_office government_group company company_group
      """,
      .person: "person",
      .visit: "visit study_visit study_tour working_visit official_visit exchange consultation series delegation",
      .meeting: "meeting presentation",
      .agreement: "agreement commitment memorandum intention_to_cooperate mou action_plan treaty contract",
      .topic: "topic",
      .policy: "policy strategy law plan programme project",
      .happening: "happening",
      .document: "document passage",
    ]
    var kinds: [String: NodeStyle] = [:]
    for (style, names) in words {
      for name in names.split(separator: " ") { kinds[String(name)] = style }
    }
    return kinds
  }()
}
