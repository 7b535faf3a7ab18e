import Foundation

/// One run of shell lines with the built `visitlog` first in the path, in a folder of its own.
struct CommandLineRun {
  /// What the lines wrote and how each ended.
  struct Result {
    var output = ""
    var errors = ""
    var statuses: [Int32] = []
  }

  /// Where errors go: beside the output, or into it as at a terminal.
  enum Errors {
    case apart, withOutput
  }

  /// A line that is still running after this is stopped, and its status says so.
  private static let limit: TimeInterval = 120

  /// The folder of the built products, in which the running test bundle lies too.
  static let products = Bundle.main.bundleURL.resolvingSymlinksInPath()

  /// The top folder of the package.
  static let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  let folder: URL
  var environment: [String: String] = [:]

  /// Runs lines one after another; an absent input is empty.
  func run(_ lines: [String], input: URL? = nil, errors: Errors = .apart) throws -> Result {
    var result = Result()
    for line in lines {
      let one = try run(line, input: input, errors: errors)
      result.output += one.output
      result.errors += one.errors
      result.statuses += one.statuses
    }
    return result
  }

  private func run(_ line: String, input: URL?, errors: Errors) throws -> Result {
    // Files, not pipes: a full pipe that nobody reads would stop the command.
    let scratch = try TemporaryFolder()
    let outputFile = scratch.url.appendingPathComponent("output")
    let errorsFile = scratch.url.appendingPathComponent("errors")
    for file in [outputFile, errorsFile] {
      guard FileManager.default.createFile(atPath: file.path, contents: nil) else {
        throw CocoaError(.fileWriteUnknown)
      }
    }
    let output = try FileHandle(forWritingTo: outputFile)
    let errorOutput = errors == .apart ? try FileHandle(forWritingTo: errorsFile) : output
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", line]
    process.currentDirectoryURL = folder
    process.environment = variables
    process.standardInput = try FileHandle(forReadingFrom: input ?? URL(fileURLWithPath: "/dev/null"))
    process.standardOutput = output
    process.standardError = errorOutput
    try process.run()
    let timer = DispatchSource.makeTimerSource()
    timer.schedule(deadline: .now() + CommandLineRun.limit)
    timer.setEventHandler { process.terminate() }
    timer.activate()
    process.waitUntilExit()
    timer.cancel()
    return Result(
      output: try text(of: outputFile),
      errors: try text(of: errorsFile),
      statuses: [process.terminationStatus]
    )
  }

  /// Nothing of the tester's own environment: what a command prints must not depend on it.
  private var variables: [String: String] {
    [
      "PATH": "\(CommandLineRun.products.path):/usr/local/bin:/usr/bin:/bin",
      "HOME": folder.path,
      "LANG": "C.UTF-8",
      "TZ": "UTC",
      "USER": "tester",
    ].merging(environment) { $1 }
  }

  /// A file's text, with the temporary folder's path, which differs from run to run, left out.
  private func text(of file: URL) throws -> String {
    String(decoding: try Data(contentsOf: file), as: UTF8.self).replacingOccurrences(of: folder.path, with: "FOLDER")
  }
}

/// A new folder that goes when its owner does.
final class TemporaryFolder {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.resolvingSymlinksInPath()
      .appendingPathComponent("visitlog-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit {
    // A folder left behind is no fault of what is tested.
    try? FileManager.default.removeItem(at: url)
  }
}
