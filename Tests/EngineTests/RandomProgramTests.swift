import Testing

@Test func show() {
  for s in 1...6 {
    print("---", s)
    print(RandomProgram(seed: UInt64(s)).text(.written))
  }
}
