internal import Datalog
internal import Engine

/// Makes a graph of tuples: of which values are its nodes, how they are related and where they are drawn.
struct GraphBuilder {
  /// A value as a node or a cluster.
  struct Value: Hashable {
    let word: Word
    let type: WordType
  }

  private struct Draft {
    let value: Value
    var label: String?
    var kind: String?
    var details: [Remark] = []
    var dates: [PartialDate] = []
    var cluster: Value?
    var passages: Set<Proof.Passage> = []
  }

  private struct Relation {
    let content: Content
    var passages: Set<Proof.Passage>

    /// What is told of it.
    struct Content: Hashable {
      let details: [Remark]
      let dates: [PartialDate]
    }
  }

  /// What a further column says.
  private struct Remark: Hashable {
    /// `nil` for the label of an edge, which needs no name.
    let column: String?
    let value: Value
  }

  private let values: Values
  private var drafts: [Draft] = []
  private var places: [Value: Int] = [:]
  private var clusterNames: [Value: String] = [:]
  private var relations: [Pair: [Relation]] = [:]

  private struct Pair: Hashable {
    let from: Int
    let to: Int
  }

  init(_ values: Values) {
    self.values = values
  }

  /// The symbols that are nodes or clusters, or stand beside edges: what may have a name.
  private(set) var symbols: Set<Word> = []

  /// The documents that tuples rest on.
  var documents: Set<String> {
    Set((drafts.flatMap(\.passages) + relations.values.joined().flatMap(\.passages)).map(\.document))
  }

  // MARK: Tuples

  /// Takes an edge from each row: from its first value to its second; what follows is said of it.
  mutating func addEdges(_ answer: Answer) {
    for row in 0..<answer.rowCount {
      let from = node(value(answer, row, 0))
      let to = node(value(answer, row, 1))
      let said = remarks(answer, row, from: 2)
      let relation = Relation(
        content: .init(details: said.details, dates: said.dates),
        passages: answer.passages(of: row)
      )
      relations[Pair(from: from, to: to), default: []].append(relation)
    }
  }

  /// Takes a node from each row: the value, its label, its kind, and what else is said of it.
  mutating func addNodes(_ answer: Answer) {
    for row in 0..<answer.rowCount {
      let place = node(value(answer, row, 0))
      let said = remarks(answer, row, from: 3)
      if answer.columns.count > 1, drafts[place].label == nil {
        drafts[place].label = values.text(of: answer.word(row, 1), answer.columns[1].type)
      }
      if answer.columns.count > 2, drafts[place].kind == nil {
        drafts[place].kind = values.text(of: answer.word(row, 2), answer.columns[2].type)
      }
      for detail in said.details where !drafts[place].details.contains(detail) { drafts[place].details.append(detail) }
      drafts[place].dates += said.dates
      drafts[place].passages.formUnion(answer.passages(of: row))
    }
  }

  /// Takes the name of a cluster from each row.
  mutating func addClusters(_ answer: Answer) {
    for row in 0..<answer.rowCount {
      let cluster = value(answer, row, 0)
      guard answer.columns.count > 1, clusterNames[cluster] == nil else { continue }
      clusterNames[cluster] = values.text(of: answer.word(row, 1), answer.columns[1].type)
    }
  }

  /// Takes from each row which cluster a node is in; of several the first. What is no node stays none.
  mutating func addMembers(_ answer: Answer) {
    for row in 0..<answer.rowCount {
      guard let place = places[value(answer, row, 0)], drafts[place].cluster == nil else { continue }
      let cluster = value(answer, row, 1)
      drafts[place].cluster = cluster
      if cluster.type == .symbol { symbols.insert(cluster.word) }
    }
  }

  private func value(_ answer: Answer, _ row: Int, _ column: Int) -> Value {
    Value(word: answer.word(row, column), type: answer.columns[column].type)
  }

  private mutating func node(_ value: Value) -> Int {
    if let known = places[value] { return known }
    places[value] = drafts.count
    if value.type == .symbol { symbols.insert(value.word) }
    drafts.append(Draft(value: value))
    return drafts.count - 1
  }

  /// What the columns from one on say: days, and the rest by the columns' names.
  private mutating func remarks(
    _ answer: Answer,
    _ row: Int,
    from first: Int
  ) -> (details: [Remark], dates: [PartialDate]) {
    var details: [Remark] = []
    var dates: [PartialDate] = []
    for column in answer.columns.indices.dropFirst(first) {
      let value = value(answer, row, column)
      if value.type == .date, let date = PartialDate(key: values.dates[value.word]) {
        dates.append(date)
      } else {
        if value.type == .symbol { symbols.insert(value.word) }
        details.append(Remark(column: name(of: column, in: answer, from: first), value: value))
      }
    }
    return (details, dates)
  }

  /// The name of a column behind those that every edge or node has; `nil` for that of `edge(From, To, Label)`.
  private func name(of column: Int, in answer: Answer, from first: Int) -> String? {
    let name = answer.columns[column].name
    // A column without a name of its own is called by its place.
    let isLabel = first == 2 && column == 2 && (name == "c3" || name == "label")
    return isLabel ? nil : name
  }

  // MARK: The graph

  /// - Parameters:
  ///   - cards: what the facts tell of symbols.
  ///   - links: where documents are to be found, by their identifiers.
  func graph(titled title: String, cards: [Word: EntityCard], links: [String: String]) -> Graph {
    var passages = Set(drafts.flatMap(\.passages))
    passages.formUnion(relations.values.joined().flatMap(\.passages))
    passages.formUnion(cards.values.flatMap(\.passages))
    let inOrder = passages.sorted { ($0.document, $0.number ?? -1) < ($1.document, $1.number ?? -1) }
    let numbers = Dictionary(uniqueKeysWithValues: inOrder.enumerated().map { ($1, $0) })
    let clusters = Set(drafts.compactMap(\.cluster)).map { ($0, id(of: $0)) }.sorted { $0.1 < $1.1 }
    let clusterPlaces = Dictionary(uniqueKeysWithValues: clusters.enumerated().map { ($1.0, $0) })
    let ids = drafts.map { id(of: $0.value) }
    let order = drafts.indices.sorted { ids[$0] < ids[$1] }
    var rank = [Int](repeating: 0, count: order.count)
    for (place, draft) in order.enumerated() { rank[draft] = place }
    let isDirected = !isSymmetric
    return Graph(
      title: title,
      isDirected: isDirected,
      clusters: clusters.map { value, id in
        Graph.Cluster(
          id: id,
          name: clusterNames[value] ?? cards.name(of: value) ?? values.text(of: value.word, value.type)
        )
      },
      nodes: order.map { place in
        node(
          drafts[place],
          id: ids[place],
          cards,
          cluster: drafts[place].cluster.flatMap { clusterPlaces[$0] },
          numbers
        )
      },
      edges: edges(rank, cards, numbers, isDirected: isDirected),
      passages: inOrder.map { passage in
        Graph.Passage(
          reference: passage.reference,
          title: passage.title,
          published: passage.published,
          words: passage.words,
          url: links[passage.document]
        )
      },
      leftOut: nil
    )
  }

  private func node(
    _ draft: Draft,
    id: String,
    _ cards: [Word: EntityCard],
    cluster: Int?,
    _ numbers: [Proof.Passage: Int]
  ) -> Graph.Node {
    let card = draft.value.type == .symbol ? cards[draft.value.word] : nil
    let text = values.text(of: draft.value.word, draft.value.type)
    let label = draft.label ?? card?.name ?? text
    let kind = draft.kind ?? card?.kind
    let identifier = label == text ? [] : [Graph.Detail(name: "identifier", value: text)]
    return Graph.Node(
      id: id,
      label: label,
      kind: kind,
      style: NodeStyle(kind: kind, sort: card?.sort),
      cluster: cluster,
      details: identifier + details(texts(of: draft.details, cards)),
      period: Graph.Period(draft.dates),
      url: card?.url,
      passages: draft.passages.union(card?.passages ?? []).compactMap { numbers[$0] }.sorted()
    )
  }

  /// What columns say, entities by name; what is empty says nothing.
  private func texts(of remarks: [Remark], _ cards: [Word: EntityCard]) -> [(column: String?, text: String)] {
    remarks.compactMap { remark in
      let text = cards.name(of: remark.value) ?? values.text(of: remark.value.word, remark.value.type)
      return text.isEmpty ? nil : (remark.column, text)
    }
  }

  private func details(_ texts: [(column: String?, text: String)]) -> [Graph.Detail] {
    texts.compactMap { column, text in column.map { Graph.Detail(name: $0, value: text) } }
  }

  /// Whether everything holds both ways, so that arrows would say nothing.
  private var isSymmetric: Bool {
    var hasPair = false
    for (pair, there) in relations where pair.from != pair.to {
      hasPair = true
      guard let back = relations[Pair(from: pair.to, to: pair.from)] else { return false }
      guard Set(back.map(\.content)) == Set(there.map(\.content)) else { return false }
    }
    return hasPair
  }

  private func edges(
    _ rank: [Int],
    _ cards: [Word: EntityCard],
    _ numbers: [Proof.Passage: Int],
    isDirected: Bool
  ) -> [Graph.Edge] {
    var edges: [Graph.Edge] = []
    for (pair, stated) in relations {
      let (from, to) = (rank[pair.from], rank[pair.to])
      guard isDirected || from <= to else { continue }
      let back = isDirected ? [] : relations[Pair(from: pair.to, to: pair.from)] ?? []
      let passages = Dictionary((stated + back).map { ($0.content, $0.passages) }, uniquingKeysWith: { $0.union($1) })
      let all = passages.map { content, passages in
        let texts = texts(of: content.details, cards)
        return Graph.Relation(
          label: texts.map(\.text).joined(separator: ", "),
          details: details(texts),
          period: Graph.Period(content.dates),
          passages: passages.compactMap { numbers[$0] }.sorted()
        )
      }
      edges.append(Graph.Edge(from: from, to: to, relations: all.sorted()))
    }
    return edges.sorted { ($0.from, $0.to) < ($1.from, $1.to) }
  }

  // MARK: Identifiers

  /// A letter for the type and the text; what is no ASCII letter or digit as `Z` and two hexadecimal digits a byte, but
  /// for underscores.
  func id(of value: Value) -> String {
    var text: [UInt8] = []
    values.text(of: value.word, value.type, into: &text)
    var id: [UInt8] = []
    id.reserveCapacity(text.count + 2)
    switch value.type {
    case .symbol: id.append("e_")
    case .number: id.append("n_")
    case .float: id.append("f_")
    case .date: id.append("d_")
    }
    for byte in text {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"),
        UInt8(ascii: "A")..<UInt8(ascii: "Z"):
        id.append(byte)
      default: id.append(contentsOf: "Z\(byte < 16 ? "0" : "")\(String(byte, radix: 16))".utf8)
      }
    }
    return String(decoding: id, as: UTF8.self)
  }
}

extension Graph.Relation: Comparable {
  public static func < (a: Graph.Relation, b: Graph.Relation) -> Bool {
    (a.label, a.period?.first ?? "", a.period?.last ?? "", a.columns) < (
      b.label, b.period?.first ?? "", b.period?.last ?? "", b.columns
    )
  }
}

extension Graph.Relation {
  fileprivate var columns: String { details.map(\.name).joined(separator: ",") }
}

extension [Word: EntityCard] {
  fileprivate func name(of value: GraphBuilder.Value) -> String? {
    value.type == .symbol ? self[value.word]?.name : nil
  }
}

extension Graph.Period {
  /// From the first to the last of the dates; `nil` without any.
  init?(_ dates: [PartialDate]) {
    guard let start = dates.min(), let end = dates.max(by: { $0.lastDay < $1.lastDay }) else { return nil }
    text = start == end ? start.description : "\(start) to \(end)"
    first = start.firstDay
    last = end.lastDay
  }
}

extension PartialDate {
  /// The first day that it may mean, `yyyy-mm-dd`.
  fileprivate var firstDay: String { (PartialDate(year: year, month: month ?? 1, day: day ?? 1) ?? self).description }

  /// The last day that it may mean.
  fileprivate var lastDay: String {
    let month = month ?? 12
    let day = day ?? PartialDate.dayCount(year: year, month: month)
    return (PartialDate(year: year, month: month, day: day) ?? self).description
  }
}

extension Answer {
  /// What a row rests on, where that was asked for.
  fileprivate func passages(of row: Int) -> Set<Proof.Passage> {
    guard let sources else { return [] }
    return Set(sources.ofRow[row].map { sources.passages[$0] })
  }
}
