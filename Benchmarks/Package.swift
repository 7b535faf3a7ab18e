// swift-tools-version: 6.1

import PackageDescription

let package = Package(
  name: "visitlog-benchmarks",
  platforms: [.macOS(.v13)],
  dependencies: [
    .package(name: "visitlog", path: ".."),
    // Without its traits, which count allocations by ways of their own and need further packages.
    .package(url: "https://github.com/ordo-one/benchmark", from: "1.38.1", traits: []),
  ],
  targets: [
    .executableTarget(
      name: "Kernels",
      dependencies: [
        .product(name: "Benchmark", package: "benchmark"),
        .product(name: "Datalog", package: "visitlog"),
        .product(name: "Engine", package: "visitlog"),
        .product(name: "Planning", package: "visitlog"),
        .product(name: "StudyVisits", package: "visitlog"),
      ],
      path: "Benchmarks/Kernels",
      plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")]
    )
  ],
  swiftLanguageModes: [.v6]
)
