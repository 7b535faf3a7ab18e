/// Reads a format whose records say themselves what facts they stand for, whatever the knowledge base knows.
struct RecordReader: ImportReader {
  private let readRecords: ([UInt8]) -> ImportedData

  init(_ readRecords: @escaping ([UInt8]) -> ImportedData) {
    self.readRecords = readRecords
  }

  func read(_ schema: CompletionSchema, into data: inout ImportedData) throws(KnowledgeBaseError) {
    let found = readRecords(try data.contents())
    if found.records.isEmpty, let problem = found.problems.first {
      let place = problem.place.isEmpty ? nil : problem.place
      throw .importing(ImportFault(data.file, place: place, problem.message))
    }
    data = found
  }
}
