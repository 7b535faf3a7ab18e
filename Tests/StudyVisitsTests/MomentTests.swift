import StudyVisits
import Testing

struct MomentTests {
  @Test(arguments: [
    "2018-06-29", "2018-06", "2018", "2018-06-29T17:00Z", "2018-06-29 17:00", "2018-06-29T17:00:30.25+09:00",
    "2018-06-29T17:00-02", "2026-11-23",
  ]) func `dates and times are moments`(text: String) throws {
    #expect(try Moment(text, now: "2026-11-23T12:00:00Z").text == text)
  }

  @Test(arguments: [
    "", "yesterday", "2018-13", "2018-02-30", "18-06-29", "2018-06-29T", "2018-06-29T25:00", "2018-06-29T17",
    "2018-06-29T17:00+9", "2018-06T17:00", "2018-06-29T17:00Zulu", "2018-06-29T17:60", "20180629", "2018-06-29T17:00.5",
  ]) func `what is neither is told`(text: String) {
    #expect(throws: Moment.Fault.malformed(text)) { try Moment(text, now: "2026-11-23T12:00:00Z") }
  }

  @Test(arguments: ["2027", "2026-12", "2026-11-25", "2026-11-23T12:00:01Z"])
  func `what has not come is told`(text: String) {
    #expect(throws: Moment.Fault.future(text)) { try Moment(text, now: "2026-11-23T12:00:00Z") }
  }
}
