import Glibc
import StudyVisits

/// A text as the user has left it in an editor.
enum EditedText {
  case text([UInt8])
  case failed(String)

  /// Lets the user edit a text in a file that only they may read, and that is gone afterwards.
  static func editing(_ text: [UInt8], with editor: String, environment: [String: String]) -> EditedText {
    let folder = environment["TMPDIR"] ?? "/tmp"
    var template = Array("\(folder)/visitlog-XXXXXX.dl".utf8CString)
    let file = mkstemps(&template, 3)
    guard file >= 0 else {
      return .failed("no file could be made in `\(folder)`: \(String(cString: strerror(errno)))")
    }
    let path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    defer { unlink(path) }
    let written = text.isEmpty || write(file, text, text.count) == text.count
    close(file)
    guard written else { return .failed("`\(path)` could not be written") }
    let status = (try? ChildCommand.run("\(editor) '\(path)'", environment: environment)) ?? 127
    guard status == 0 else { return .failed("`\(editor)` ended with status \(status); nothing was taken over") }
    guard var edited = try? KnowledgeBase.contents(of: path) else { return .failed("`\(path)` could not be read back") }
    while edited.last == UInt8(ascii: "\n") { edited.removeLast() }
    return .text(edited)
  }
}
