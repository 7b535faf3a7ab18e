import CEditline
import Glibc

/// How libedit gets its characters.
extension EditLineSource {
  /// Chosen: a terminal sends a sequence at once, nobody types the key after Escape so soon.
  static let sequencePause: Int32 = 30

  /// Waits for a character: 1 one, 0 the end, -1 interrupted.
  func nextCharacter(into character: UnsafeMutablePointer<wchar_t>) -> Int32 {
    character.pointee = 0
    if !initial.isEmpty {
      character.pointee = wchar_t(bitPattern: EditorKey.initialText.rawValue)
      return 1
    }
    let scalar: Unicode.Scalar
    switch nextScalar() {
    case .success(let typed): scalar = typed
    case .failure(let reason):
      isAtEnd = reason == .end
      return isAtEnd ? 0 : -1
    }
    character.pointee = wchar_t(bitPattern: scalar.value)
    guard !isPasting else { return 1 }
    if Glyphs.isMark(scalar) {
      mark = scalar
      character.pointee = wchar_t(bitPattern: EditorKey.mark.rawValue)
    } else if joinsSequences, scalar == "\u{1B}", let key = keyAfterEscape() {
      character.pointee = wchar_t(bitPattern: key.rawValue)
    }
    return 1
  }

  enum Stop: Error {
    case end
    case interrupted
  }

  /// One character of UTF-8; a byte that begins none is `?`.
  func nextScalar() -> Result<Unicode.Scalar, Stop> {
    var decoder = UTF8()
    var bytes: [UInt8] = []
    while true {
      switch nextByte() {
      case .success(let byte): bytes.append(byte)
      case .failure(let reason): return .failure(reason)
      }
      let isWhole = bytes.count >= EditLineSource.length(after: bytes[0])
      let isBroken = bytes.count > 1 && bytes[bytes.count - 1] & 0xC0 != 0x80
      guard isWhole || isBroken else { continue }
      if isBroken { keys.unread([bytes.removeLast()]) }
      var source = bytes.makeIterator()
      if case .scalarValue(let scalar) = decoder.decode(&source) {
        // What the editor's own keys are is no text.
        return .success((0x80...0x9F).contains(scalar.value) && !isPasting ? "?" : scalar)
      }
      return .success("?")
    }
  }

  private static func length(after lead: UInt8) -> Int {
    switch lead {
    case 0xC2...0xDF: 2
    case 0xE0...0xEF: 3
    case 0xF0...0xF4: 4
    default: 1
    }
  }

  private func nextByte() -> Result<UInt8, Stop> {
    while true {
      switch keys.next() {
      case .byte(let byte): return .success(byte)
      case .interrupted: return .failure(.interrupted)
      case .end: return .failure(.end)
      case .resized: redrawResized()
      case .resumed: redrawResumed()
      case .stopped: stop()
      case .nothing: break
      }
    }
  }

  /// The key whose sequence follows an Escape at once; else all stays to be read.
  private func keyAfterEscape() -> EditorKey? {
    var sequence: [UInt8] = []
    while sequence.count < 8, case .byte(let byte) = keys.next(within: EditLineSource.sequencePause) {
      sequence.append(byte)
      if let key = EditorKey.bySequence[sequence] { return key }
      let isOpen = sequence.count == 1 ? byte == UInt8(ascii: "[") || byte == UInt8(ascii: "O") : byte < 0x40
      guard isOpen else { break }
    }
    keys.unread(sequence)
    return nil
  }

  // MARK: Signals

  private func redrawResized() {
    wipeLine()
    el_resize(line)
    visitlog_redraw(line)
  }

  private func redrawResumed() {
    // Whoever had the terminal meanwhile has set it for himself.
    visitlog_prepare_terminal(line, false)
    visitlog_prepare_terminal(line, true)
    screen.show("\u{1B}[?2004h\r\u{1B}[J")
    entry.isInterrupted = true
    el_resize(line)
    visitlog_redraw(line)
  }

  /// Gives the terminal back and stops, as Ctrl-Z asks for.
  private func stop() {
    moveBelow("")
    screen.show("\u{1B}[?2004l")
    visitlog_prepare_terminal(line, false)
    visitlog_stop(keys.signals)
    // The signal that continued us has the line drawn anew.
  }
}
