internal import Datalog
internal import Seeds

/// The fact files that ship with the program.
enum ShippedSeeds {
  static var texts: [SourceText] {
    rules + [SourceText(name: "seeds/japan-open-data-2018.dl", bytes: Seeds.japanOpenData2018)]
  }

  /// Those that any knowledge base of study visits begins with.
  static var rules: [SourceText] {
    [
      SourceText(name: "seeds/vocabulary.dl", bytes: Seeds.vocabulary),
      SourceText(name: "seeds/rules.dl", bytes: Seeds.rules),
    ]
  }
}
