internal import Datalog

#if canImport(Glibc)
  import Glibc
#endif

/// Which files the texts of a run may name, in `.include`, `.input` and `.output`.
public enum FileAccess: Sendable {
  case anywhere
  /// Those below the folders of the run: of the files that it was given, of facts and of output.
  case belowFolders
  case nowhere
}

/// Where the texts of one run may read and write.
struct FileReach {
  let access: FileAccess
  private var roots: [String] = []

  init(_ access: FileAccess, folders: [String?] = []) {
    self.access = access
    for folder in folders { add(folder: folder) }
  }

  /// - Parameter folder: `nil` is the current one.
  mutating func add(folder: String?) {
    let root = FileReach.resolved(folder ?? ".")
    if !roots.contains(root) { roots.append(root) }
  }

  /// The folder of a file that the run was given.
  mutating func add(folderOf path: String?) {
    add(folder: path.flatMap { path in path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } })
  }

  /// What is wrong with a path that a text names, if anything.
  ///
  /// - Parameter written: as the text has it.
  func fault(of path: String, written: String, at span: Span) -> Diagnostic? {
    switch access {
    case .anywhere: return nil
    case .nowhere: return .filesRuledOut(written, at: span)
    case .belowFolders:
      let target = FileReach.resolved(path)
      let isBelow = roots.contains { $0 == "/" || target == $0 || target.hasPrefix($0 + "/") }
      return isBelow ? nil : .fileOutside(written, at: span)
    }
  }

  /// An absolute path without links and steps upwards, as far as it leads to anything; the rest as written.
  private static func resolved(_ path: String) -> String {
    var known = path.isEmpty ? "." : path
    var rest: [Substring] = []
    while true {
      if let real = realpath(known, nil) {
        defer { free(real) }
        return ([String(cString: real)] + rest.map(String.init)).joined(separator: "/").withoutSteps
      }
      guard let slash = known.lastIndex(of: "/") else {
        rest.insert(Substring(known), at: 0)
        known = "."
        continue
      }
      rest.insert(known[known.index(after: slash)...], at: 0)
      known = slash == known.startIndex ? "/" : String(known[..<slash])
    }
  }
}

extension String {
  /// A path without `.` and `..`.
  fileprivate var withoutSteps: String {
    var parts: [Substring] = []
    for part in split(separator: "/") where part != "." {
      if part == ".." { _ = parts.popLast() } else { parts.append(part) }
    }
    return "/" + parts.joined(separator: "/")
  }
}

extension Diagnostic {
  fileprivate static func fileOutside(_ path: String, at span: Span) -> Diagnostic {
    Diagnostic(
      .fileOutside,
      at: span,
      "`\(path)` lies outside the folders of this run: those of its files, `--facts` and `--output`",
      help: "name a file below them, or run it with `--allow-paths` if you trust it"
    )
  }

  fileprivate static func filesRuledOut(_ path: String, at span: Span) -> Diagnostic {
    Diagnostic(
      .fileOutside,
      at: span,
      "`\(path)` is a file, and `--safe` rules all of them out",
      help: "ask about what the knowledge base holds"
    )
  }
}
