import Glibc

/// The file whose lines are done at each start, `visitlog/init.dl` among the user's settings.
struct InitialScript: Sendable {
  let path: String

  /// Below `$XDG_CONFIG_HOME`, by default `~/.config`; `nil` without either.
  ///
  /// https://specifications.freedesktop.org/basedir-spec/latest/ has a relative path ignored.
  init?(_ environment: [String: String]) {
    if let configuration = environment["XDG_CONFIG_HOME"], configuration.hasPrefix("/") {
      path = configuration + "/visitlog/init.dl"
    } else if let home = environment["HOME"], home.hasPrefix("/") {
      path = home + "/.config/visitlog/init.dl"
    } else {
      return nil
    }
  }

  var exists: Bool { access(path, F_OK) == 0 }

  /// Whether nobody but the user, or root, can have written the file: it and its folder.
  var isTrustworthy: Bool {
    [path, String(path[..<(path.lastIndex(of: "/") ?? path.endIndex)])].allSatisfy { place in
      var status = stat()
      guard stat(place, &status) == 0 else { return false }
      return (status.st_uid == getuid() || status.st_uid == 0) && status.st_mode & (S_IWGRP | S_IWOTH) == 0
    }
  }
}
