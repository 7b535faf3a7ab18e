internal import Datalog
internal import Seeds

/// The fact files that ship with the program.
enum ShippedSeeds {
  static var texts: [SourceText] {
    [
      SourceText(name: "seeds/vocabulary.dl", bytes: PackageResources.vocabulary_dl),
      SourceText(name: "seeds/rules.dl", bytes: PackageResources.rules_dl),
      SourceText(name: "seeds/japan-open-data-2018.dl", bytes: PackageResources.japan_open_data_2018_dl),
    ]
  }
}
