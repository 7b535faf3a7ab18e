import Glibc

/// Completes names of files and folders.
struct FileNames {
  /// What `~` stands for.
  let home: String?

  /// - Parameter offset: of the argument in the entry, in bytes; its last word is what is completed.
  func completion(of argument: String, offset: Int) -> Completion {
    let start = lastWord(of: argument)
    let typed = String(argument[start...])
    let isQuoted = typed.first == "\""
    let path = isQuoted ? String(typed.dropFirst()) : typed
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    let beginning = path.dropFirst(folder.count)
    let candidates = names(in: folder).filter { name in
      name.hasPrefix(beginning) && (beginning.first == "." || name.first != ".")
    }.sorted().prefix(EntryCompleter.candidateLimit).map { candidate($0, in: folder, isQuoted: isQuoted) }
    let from = offset + argument.utf8.distance(from: argument.startIndex, to: start)
    return Completion(of: from..<(offset + argument.utf8.count), typed: typed, Array(candidates))
  }

  private func candidate(_ name: String, in folder: String, isQuoted: Bool) -> Candidate {
    let isFolder = status(expanded(folder) + name).map { $0.st_mode & S_IFMT == S_IFDIR } ?? false
    let needsQuotes = isQuoted || name.contains { $0.isWhitespace }
    let text = (needsQuotes ? "\"" : "") + folder + name + (isFolder ? "/" : "")
    return Candidate(text: text, kind: isFolder ? "folder" : "", ending: needsQuotes && !isFolder ? "\"" : "")
  }

  private func lastWord(of argument: String) -> String.Index {
    var start = argument.startIndex
    var isQuoted = false
    for place in argument.indices {
      if argument[place] == "\"" { isQuoted.toggle() }
      if argument[place].isWhitespace, !isQuoted { start = argument.index(after: place) }
    }
    return start
  }

  private func expanded(_ folder: String) -> String {
    if folder.isEmpty { return "./" }
    guard folder.hasPrefix("~/"), let home else { return folder }
    return home + folder.dropFirst()
  }

  private func status(_ path: String) -> stat? {
    var status = stat()
    return stat(path, &status) == 0 ? status : nil
  }

  private func names(in folder: String) -> [String] {
    guard let stream = opendir(expanded(folder)) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { name in
        name.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names
  }
}
