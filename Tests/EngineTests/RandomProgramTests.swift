import Datalog
import Engine
import Foundation
import Planning
import Testing

/// Random programs, evaluated in every way there is, must agree with the oracle. A failure names its seed;
/// `RANDOM_SEED=42` runs that seed alone, `RANDOM_PROGRAMS=100000` that many.
struct RandomProgramTests {
  /// Everything that evaluates programs besides the oracle and the engine as it is, by the name that a failure shows.
  static let evaluators: [(name: String, evaluator: any ProgramEvaluator)] = {
    let threads = Parallelism.eager(threads: 2)
    var evaluators: [(String, any ProgramEvaluator)] = [
      ("by demand", DemandEvaluator()), ("on two threads", EngineEvaluator(parallelism: threads)),
    ]
    for (name, options) in PlannerOptions.reduced { evaluators.append((name, EngineEvaluator(options: options))) }
    for forced in ForcedForms.all {
      let name = forced.testDescription
      evaluators.append((name, EngineEvaluator(forms: forced.forms)))
      evaluators.append(("\(name) on two threads", EngineEvaluator(parallelism: threads, forms: forced.forms)))
    }
    return evaluators
  }()

  private static let environment = ProcessInfo.processInfo.environment

  /// Seeds in groups, one test case each, so that they run side by side.
  static let groups: [ClosedRange<UInt64>] = {
    if let seed = environment["RANDOM_SEED"].flatMap(UInt64.init) { return [seed...seed] }
    let count = environment["RANDOM_PROGRAMS"].flatMap(UInt64.init) ?? 400
    return stride(from: 1, through: max(count, 1), by: 50).map { $0...min($0 + 49, max(count, 1)) }
  }()

  @Test(arguments: groups)
  func `every way to evaluate a program agrees with the oracle`(_ seeds: ClosedRange<UInt64>) {
    for seed in seeds { compare(RandomProgram(seed: seed)) }
  }

  /// Compares the engine with the oracle on one program, in both orders of its atoms, and all other ways in one of them.
  private func compare(_ random: RandomProgram) {
    guard let written = try? ParsedProgram(random.text(.written)),
      let reversed = try? ParsedProgram(random.text(.reversed)),
      let expected = RandomProgramTests.outcome(of: NaiveEvaluator(), on: written)
    else { return }
    func check(_ evaluator: some ProgramEvaluator, _ name: String, _ order: RandomProgram.AtomOrder) {
      let actual = RandomProgramTests.outcome(of: evaluator, on: order == .written ? written : reversed)
      #expect(actual == expected, "seed \(random.seed), \(name), \(order) atoms\n\(random.text(order))")
    }
    check(NaiveEvaluator(), "the oracle", .reversed)
    for order in RandomProgram.AtomOrder.allCases { check(EngineEvaluator(), "the engine", order) }
    for (place, (name, evaluator)) in RandomProgramTests.evaluators.enumerated() {
      check(evaluator, name, (place + Int(random.seed)).isMultiple(of: 2) ? .written : .reversed)
    }
  }

  /// What an evaluator makes of a random program: all tuples and answers as sorted text, or that it ended with a fault;
  /// `nil` for programs that are wrong or too large.
  static func outcome(
    of evaluator: some ProgramEvaluator,
    on random: RandomProgram,
    _ order: RandomProgram.AtomOrder
  ) -> String? {
    (try? ParsedProgram(random.text(order))).flatMap { outcome(of: evaluator, on: $0) }
  }

  private static func outcome(of evaluator: some ProgramEvaluator, on parsed: ParsedProgram) -> String? {
    do {
      return parsed.text(of: try evaluator.evaluate(parsed.program, facts: parsed.facts))
    } catch NaiveFault.tooLarge {
      return nil
    } catch {
      return "a fault"
    }
  }

  @Test func `most random programs are right, and have answers`() {
    let seeds: ClosedRange<UInt64> = 1...200
    var rejections: [String] = []
    var tooLarge = 0
    var faults = 0
    var tuples = 0
    for seed in seeds {
      let random = RandomProgram(seed: seed)
      do {
        let parsed = try ParsedProgram(random.text(.written))
        let relations = try NaiveEvaluator().evaluate(parsed.program, facts: parsed.facts)
        let derived = parsed.program.predicates.indices.filter { parsed.program.predicates[$0].isDerived }
        if derived.contains(where: { !relations[PredicateID($0), default: []].isEmpty }) { tuples += 1 }
      } catch let rejection as ParsedProgram.Rejection {
        rejections.append("seed \(seed): \(rejection)")
      } catch NaiveFault.tooLarge {
        tooLarge += 1
      } catch {
        faults += 1
      }
    }
    #expect(rejections.count < seeds.count * 3 / 10, "\(rejections.joined(separator: "\n"))")
    #expect(tooLarge < seeds.count / 20)
    #expect(faults < seeds.count / 5)
    #expect(tuples > seeds.count / 2)
  }

  @Test(arguments: groups)
  func `threads change neither tuples nor their order`(_ seeds: ClosedRange<UInt64>) {
    for seed in seeds {
      let random = RandomProgram(seed: seed)
      guard let parsed = try? ParsedProgram(random.text(.written)) else { continue }
      let expected = try? EngineEvaluator(parallelism: .eager(threads: 1))
        .relations(of: parsed.program, facts: parsed.facts).map { $0.words() }
      let actual = try? EngineEvaluator(parallelism: .eager(threads: 3))
        .relations(of: parsed.program, facts: parsed.facts).map { $0.words() }
      #expect(actual == expected, "seed \(seed)\n\(random.text(.written))")
    }
  }

  @Test func `a seed gives one program`() {
    #expect(RandomProgram(seed: 7).text(.written) == RandomProgram(seed: 7).text(.written))
    #expect(RandomProgram(seed: 7).text(.written) != RandomProgram(seed: 8).text(.written))
  }
}
