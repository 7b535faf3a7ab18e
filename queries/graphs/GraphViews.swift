/// The shipped rules for graphs, compiled into the binary.
public enum GraphViews {
  public struct Text: Sendable {
    public let name: String
    public let bytes: @Sendable () -> [UInt8]

    init(_ name: String, _ bytes: @escaping @Sendable () -> [UInt8]) {
      self.name = name
      self.bytes = bytes
    }
  }

  /// By name.
  public static let texts = [
    Text("agreements") { PackageResources.agreements_dl },
    Text("brokers") { PackageResources.brokers_dl },
    Text("causes") { PackageResources.causes_dl },
    Text("chains") { PackageResources.chains_dl },
    Text("meetings") { PackageResources.meetings_dl },
    Text("neighbourhood") { PackageResources.neighbourhood_dl },
    Text("organisations") { PackageResources.organisations_dl },
    Text("topics") { PackageResources.topics_dl },
    Text("visit") { PackageResources.visit_dl },
  ]

  /// What they, and any other file, may include.
  public static let included = [
    Text("graph") { PackageResources.graph_dl },
    Text("relations") { PackageResources.relations_dl },
  ]
}
