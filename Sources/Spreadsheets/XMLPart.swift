internal import CExpat

/// Goes through the elements of one part of a workbook, names without their prefixes.
final class XMLPart {
  /// Chosen: workbooks nest to a dozen.
  private static let depthLimit = 64

  private let part: String
  private let parser: OpaquePointer
  private let onStart: (String, [String: String]) throws(WorkbookError) -> Void
  private let onText: (String) -> Void
  private let onEnd: (String) throws(WorkbookError) -> Void
  private var depth = 0
  private var fault: WorkbookError?

  private init(
    _ part: String,
    onStart: @escaping (String, [String: String]) throws(WorkbookError) -> Void,
    onText: @escaping (String) -> Void,
    onEnd: @escaping (String) throws(WorkbookError) -> Void
  ) throws(WorkbookError) {
    guard let parser = XML_ParserCreate(nil) else { throw .tooLarge(part: part) }
    self.part = part
    self.parser = parser
    self.onStart = onStart
    self.onText = onText
    self.onEnd = onEnd
    XML_SetUserData(parser, Unmanaged.passUnretained(self).toOpaque())
    XML_SetElementHandler(
      parser,
      { context, name, attributes in
        guard let name, let attributes else { return }
        XMLPart.of(context).start(String(cString: name), attributes)
      },
      { context, name in
        guard let name else { return }
        XMLPart.of(context).end(String(cString: name))
      }
    )
    XML_SetCharacterDataHandler(parser) { context, text, count in
      guard let text else { return }
      let bytes = UnsafeRawBufferPointer(start: text, count: Int(count))
      XMLPart.of(context).onText(String(decoding: bytes, as: UTF8.self))
    }
    // Without a document type there are no entities to expand.
    XML_SetStartDoctypeDeclHandler(parser) { context, _, _, _, _ in
      let reader = XMLPart.of(context)
      reader.stop(.declaresEntities(part: reader.part))
    }
  }

  deinit { XML_ParserFree(parser) }

  /// Reads a part from an archive; `false` when there is none.
  static func read(
    _ part: String,
    of archive: ZipArchive,
    onStart: @escaping (String, [String: String]) throws(WorkbookError) -> Void,
    onText: @escaping (String) -> Void = { _ in },
    onEnd: @escaping (String) throws(WorkbookError) -> Void = { _ throws(WorkbookError) in }
  ) throws(WorkbookError) -> Bool {
    let reader = try XMLPart(part, onStart: onStart, onText: onText, onEnd: onEnd)
    let isThere = try archive.read(part) { bytes throws(WorkbookError) in try reader.take(bytes, isLast: false) }
    if isThere { try reader.take(UnsafeRawBufferPointer(start: nil, count: 0), isLast: true) }
    return isThere
  }

  private func take(_ bytes: UnsafeRawBufferPointer, isLast: Bool) throws(WorkbookError) {
    let start = bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
    let status = XML_Parse(parser, start, Int32(bytes.count), isLast ? 1 : 0)
    if let fault { throw fault }
    guard status == XML_STATUS_OK else {
      let reason = XML_ErrorString(XML_GetErrorCode(parser)).map { String(cString: $0) } ?? "no XML"
      throw .damaged(part: part, line: Int(XML_GetCurrentLineNumber(parser)), reason)
    }
  }

  private static func of(_ context: UnsafeMutableRawPointer?) -> XMLPart {
    guard let context else { preconditionFailure("the parser was given its reader") }
    return Unmanaged<XMLPart>.fromOpaque(context).takeUnretainedValue()
  }

  private func stop(_ fault: WorkbookError) {
    self.fault = self.fault ?? fault
    XML_StopParser(parser, 0)
  }

  private func start(_ name: String, _ attributes: UnsafeMutablePointer<UnsafePointer<XML_Char>?>) {
    guard fault == nil else { return }
    depth += 1
    guard depth <= XMLPart.depthLimit else { return stop(.tooLarge(part: part)) }
    var values: [String: String] = [:]
    var place = 0
    while let key = attributes[place], let value = attributes[place + 1] {
      values[XMLPart.local(String(cString: key))] = String(cString: value)
      place += 2
    }
    do throws(WorkbookError) { try onStart(XMLPart.local(name), values) } catch { stop(error) }
  }

  private func end(_ name: String) {
    guard fault == nil else { return }
    depth -= 1
    do throws(WorkbookError) { try onEnd(XMLPart.local(name)) } catch { stop(error) }
  }

  private static func local(_ name: String) -> String {
    name.firstIndex(of: ":").map { String(name[name.index(after: $0)...]) } ?? name
  }
}
