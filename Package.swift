// swift-tools-version: 6.1

import PackageDescription

let settings: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

let package = Package(
  name: "visitlog",
  products: [
    .executable(name: "visitlog", targets: ["visitlog"]),
    .library(name: "Datalog", targets: ["Datalog"]),
    .library(name: "Engine", targets: ["Engine"]),
    .library(name: "Planning", targets: ["Planning"]),
    .library(name: "Storage", targets: ["Storage"]),
    .library(name: "StudyVisits", targets: ["StudyVisits"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
  ],
  targets: [
    .systemLibrary(
      name: "CEditline",
      pkgConfig: "libedit",
      providers: [.apt(["libedit-dev"]), .brew(["libedit"])]
    ),
    .systemLibrary(
      name: "CExpat",
      pkgConfig: "expat",
      providers: [.apt(["libexpat1-dev"]), .brew(["expat"])]
    ),
    .systemLibrary(
      name: "CZip",
      providers: [.apt(["libzip-dev"]), .brew(["libzip"])]
    ),
    .systemLibrary(
      name: "CXLSXWriter",
      providers: [.apt(["libxlsxwriter-dev"]), .brew(["libxlsxwriter"])]
    ),
    .target(name: "Spreadsheets", dependencies: ["CExpat", "CXLSXWriter", "CZip"], swiftSettings: settings),
    .target(name: "Datalog", swiftSettings: settings),
    .target(name: "Engine", swiftSettings: settings),
    .target(name: "Planning", dependencies: ["Datalog", "Engine"], swiftSettings: settings),
    .target(
      name: "Storage",
      dependencies: [
        .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "GRDBSQLite", package: "GRDB.swift"),
      ],
      swiftSettings: settings
    ),
    .target(
      name: "Seeds",
      path: "seeds",
      resources: [
        .embedInCode("japan-open-data-2018.dl"),
        .embedInCode("rules.dl"),
        .embedInCode("vocabulary.dl"),
      ]
    ),
    .target(
      name: "GraphViews",
      path: "queries/graphs",
      resources: [
        .embedInCode("agreements.dl"),
        .embedInCode("brokers.dl"),
        .embedInCode("causes.dl"),
        .embedInCode("chains.dl"),
        .embedInCode("graph.dl"),
        .embedInCode("meetings.dl"),
        .embedInCode("neighbourhood.dl"),
        .embedInCode("organisations.dl"),
        .embedInCode("relations.dl"),
        .embedInCode("topics.dl"),
        .embedInCode("visit.dl"),
      ]
    ),
    .target(
      name: "StudyVisits",
      dependencies: ["Datalog", "Engine", "GraphViews", "Planning", "Seeds", "Spreadsheets", "Storage"],
      resources: [
        .embedInCode("Graphs/Page/page.css"),
        .embedInCode("Graphs/Page/page.html"),
        .embedInCode("Graphs/Page/page.js"),
      ],
      swiftSettings: settings
    ),
    .target(
      name: "Shell",
      dependencies: ["CEditline", "Datalog", "StudyVisits"],
      swiftSettings: settings
    ),
    .executableTarget(
      name: "visitlog",
      dependencies: [
        "Shell",
        "StudyVisits",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: settings,
      // At a fixed address nothing has to be relocated at start.
      linkerSettings: [
        .unsafeFlags(["-Xclang-linker", "-no-pie"], .when(platforms: [.linux], configuration: .release))
      ]
    ),
    .testTarget(name: "DatalogTests", dependencies: ["Datalog"], exclude: ["Golden"], swiftSettings: settings),
    .testTarget(
      name: "EngineTests",
      dependencies: ["Datalog", "Engine", "Planning", "StudyVisits"],
      swiftSettings: settings
    ),
    .testTarget(
      name: "StorageTests",
      dependencies: ["Storage", .product(name: "GRDBSQLite", package: "GRDB.swift")],
      swiftSettings: settings
    ),
    .testTarget(name: "SpreadsheetsTests", dependencies: ["Spreadsheets"], swiftSettings: settings),
    .testTarget(name: "StudyVisitsTests", dependencies: ["StudyVisits"], swiftSettings: settings),
    .testTarget(name: "ShellTests", dependencies: ["Shell"], swiftSettings: settings),
    .testTarget(
      name: "CommandTests",
      dependencies: ["Spreadsheets", "visitlog", .product(name: "GRDBSQLite", package: "GRDB.swift")],
      exclude: ["Fixtures", "Golden", "Readers", "Sessions"],
      swiftSettings: settings
    ),
  ],
  swiftLanguageModes: [.v6]
)
