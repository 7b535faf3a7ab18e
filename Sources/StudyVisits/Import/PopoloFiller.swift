internal import Datalog

/// One object of Popolo, from which keys are taken one after the other; what is left in the end is told of.
struct PopoloFiller {
  let object: [String: JSONTree]
  let place: String
  var record: ImportedRecord {
    get {
      var record = base
      record.facts = facts
      return record
    }
    set { base = newValue }
  }
  private(set) var problems: [ImportProblem] = []
  private var base: ImportedRecord
  private var facts: [ImportedFact] = []
  private var taken: Set<String> = []

  init(_ object: [String: JSONTree], place: String) {
    self.object = object
    self.place = place
    base = ImportedRecord(number: 0, place: place, text: "")
  }

  mutating func take(_ key: String) -> JSONTree? {
    taken.insert(key)
    guard let value = object[key], value != .null else { return nil }
    return value
  }

  /// A text or a number; what else stands there stays.
  mutating func takeText(_ key: String) -> String? {
    guard let text = object[key]?.text else { return nil }
    taken.insert(key)
    return text.isEmpty ? nil : text
  }

  mutating func add(_ predicate: String, _ arguments: [String: ImportedValue]) {
    facts.append(ImportedFact(predicate, arguments))
  }

  mutating func problem(_ key: String, _ message: String) {
    problems.append(ImportProblem("\(place).\(key)", message))
  }

  // MARK: Names

  /// The name: a text, or of several languages the first, the others being aliases.
  mutating func takeName(_ kind: PopoloReader.Kind) -> String? {
    if case .object(let names)? = object["name"] {
      taken.insert("name")
      let texts = names.compactMapValues(\.text).filter { !$0.value.isEmpty }
      let chosen = texts["en"] == nil ? texts.keys.min() : "en"
      for language in texts.keys.sorted() where language != chosen {
        addAlias(texts[language] ?? "", language: language, kind: "translation")
      }
      return chosen.flatMap { texts[$0] }
    }
    if let name = takeText("name") { return name }
    switch kind {
    case .person:
      let parts = ["given_name", "additional_name", "family_name"].compactMap { object[$0]?.text }
      return parts.isEmpty ? nil : parts.joined(separator: " ")
    case .post: return takeText("label") ?? object["role"]?.text
    case .happening: return object["classification"]?.text
    case .org, .place, .membership: return nil
    }
  }

  private mutating func addAlias(_ name: String, language: String, kind: String) {
    add("alias", ["entity": .entity(0), "name": .text(name), "lang": .text(language), "kind": .text(kind)])
  }

  // MARK: Properties

  mutating func addProperties(_ kind: PopoloReader.Kind) {
    addLists()
    switch kind {
    case .person:
      addDay("birth_date", "born", "person")
      addDay("death_date", "died", "person")
    case .org:
      addDay("founding_date", "founded", "org")
      addDay("dissolution_date", "dissolved", "org")
    case .place, .post, .happening, .membership: break
    }
    guard kind == .happening else {
      addDay("start_date", "valid_from", "entity")
      addDay("end_date", "valid_until", "entity")
      return
    }
    let start = object["start_date"]?.text.flatMap(PopoloFiller.day)
    let end = object["end_date"]?.text.flatMap(PopoloFiller.day)
    if let start, let end, end.utf8.lexicographicallyPrecedes(start.prefix(end.count).utf8) {
      // Left to be kept as texts.
      return problem("end_date", "it ends on \(end), before it starts on \(start); both are kept as text")
    }
    addDay("start_date", "starts", "event")
    addDay("end_date", "ends", "event")
  }

  private mutating func addLists() {
    for (key, predicate, keys) in PopoloVocabulary.lists {
      guard let list = take(key) else { continue }
      guard case .array(let items) = list else {
        problem(key, "an array was expected; this is \(list.kindText)")
        continue
      }
      let columns = PopoloFiller.columns[predicate] ?? []
      for (index, item) in items.enumerated() {
        // A list of texts stands for the first key of each.
        let object = if case .object(let object) = item { object } else { [keys[0]: item] }
        let faulty = keys.filter { key in object[key].map { $0 != .null && $0.text == nil } == true }
        for column in faulty {
          let text = "a text was expected; this is \(object[column]?.kindText ?? "null"); this entry was left out"
          problem("\(key)[\(index)].\(column)", text)
        }
        guard faulty.isEmpty else { continue }
        let texts = keys.map { object[$0]?.text ?? "" }
        // A contact and an identifier say what they are in the second.
        let essential = predicate == "contact" || predicate == "identifier" ? texts[1] : texts[0]
        guard !essential.isEmpty else {
          problem("\(key)[\(index)]", "it says nothing")
          continue
        }
        var arguments: [String: ImportedValue] = ["entity": .entity(0)]
        for (column, text) in zip(columns, texts) { arguments[column] = .text(text) }
        add(predicate, arguments)
        for other in object.keys.sorted() where !keys.contains(other) && object[other] != .null {
          problem("\(key)[\(index)].\(other)", "no fact is made of this")
        }
      }
    }
    if let email = takeText("email") {
      add("contact", ["entity": .entity(0), "kind": .text("email"), "value": .text(email)])
    }
    if let image = takeText("image") { add("image", ["entity": .entity(0), "url": .text(image)]) }
  }

  /// Behind the entity, the columns that the keys of a list fill.
  private static let columns = [
    "alias": ["name", "lang", "kind"], "contact": ["kind", "value"], "identifier": ["scheme", "value"],
    "web_link": ["url", "note"], "source": ["url", "note"], "image": ["url"],
  ]

  private mutating func addDay(_ key: String, _ predicate: String, _ column: String) {
    guard let text = object[key]?.text, !text.isEmpty else { return }
    guard let day = PopoloFiller.day(text) else {
      // It stays to be kept as a text.
      return problem(key, "`\(text.prefix(40))` is no date that a calendar has; it is kept as text")
    }
    add(predicate, [column: .entity(0), "day": .text(day)])
    // A time of day is kept beside the day.
    if day == text { taken.insert(key) }
  }

  /// `2014`, `2014-05`, `2014-05-01`, perhaps with a time behind the day; `nil` for what is no date.
  static func day(_ text: String) -> String? {
    let day = text.split(whereSeparator: { $0 == "T" || $0 == " " }).first.map(String.init) ?? ""
    let parts = day.split(separator: "-", omittingEmptySubsequences: false)
    guard (1...3).contains(parts.count), zip(parts, [4, 2, 2]).allSatisfy({ $0.utf8.count == $1 }) else { return nil }
    let numbers = parts.compactMap { part in
      part.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int(part) : nil
    }
    guard numbers.count == parts.count else { return nil }
    let date: PartialDate? =
      switch numbers.count {
      case 1: PartialDate(year: numbers[0])
      case 2: PartialDate(year: numbers[0], month: numbers[1])
      default: PartialDate(year: numbers[0], month: numbers[1], day: numbers[2])
      }
    return date?.description
  }

  /// Keeps what no key above has taken: texts as details, anything else is told of.
  mutating func addRest() {
    for key in object.keys.sorted() where !taken.contains(key) {
      switch object[key] {
      case nil, .null: break
      case .object, .array: problem(key, "no fact is made of this")
      case .text(let text), .number(let text):
        if !text.isEmpty {
          add("detail", ["entity": .entity(0), "what": .text(key), "text": .text(text)])
        }
      case .bool(let isTrue):
        add("detail", ["entity": .entity(0), "what": .text(key), "text": .text(isTrue ? "true" : "false")])
      }
    }
  }
}
