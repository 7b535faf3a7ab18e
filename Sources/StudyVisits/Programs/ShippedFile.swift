internal import Datalog
internal import GraphViews

/// A file that is compiled into the program, and that others include by its name.
struct ShippedFile {
  let text: SourceText
  /// What it is known by in place of a path; no file has that.
  let path: String

  init(_ name: String, _ bytes: [UInt8]) {
    text = SourceText(name: "\(name).dl", bytes: bytes)
    path = ShippedFile.prefix + text.name
  }

  /// The shipped file that a name means: in one shipped file another, elsewhere one where there is no file of that name
  /// beside the file that names it, or none may be named.
  init?(included target: String, by path: String?, access: FileAccess = .anywhere) {
    let isShipped = path?.hasPrefix(ShippedFile.prefix) ?? false
    let isFile = access != .nowhere && SourceFile.exists(SourceFile.resolve(target, besides: path))
    guard isShipped || !isFile, let file = GraphViews.included.first(where: { "\($0.name).dl" == target }) else {
      return nil
    }
    self.init(file.name, file.bytes())
  }

  private static let prefix = "visitlog:"
}
