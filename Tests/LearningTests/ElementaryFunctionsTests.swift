import Foundation
import Learning
import Testing

/// Against Glibc's, which are within one unit in the last place themselves.
@Suite struct ElementaryFunctionsTests {
  /// So many places of the last digit are two doubles apart.
  private func distance(_ one: Double, _ other: Double) -> Double {
    one == other ? 0 : (one - other).magnitude / max(one.magnitude, other.magnitude).ulp
  }

  private func largestDistance(
    _ arguments: [Double], _ lanes: (SIMD8<Double>) -> SIMD8<Double>,
    _ expected: (Double) -> Double
  ) -> Double {
    var largest = 0.0
    for start in stride(from: 0, to: arguments.count, by: 8) {
      let found = lanes(SIMD8(arguments[start..<start + 8]))
      for lane in 0..<8 {
        largest = max(largest, distance(found[lane], expected(arguments[start + lane])))
      }
    }
    return largest
  }

  private func uniform(_ range: ClosedRange<Double>, count: Int = 40_000) -> [Double] {
    var generator = SeededGenerator(state: 11)
    return (0..<count).map { _ in .random(in: range, using: &generator) }
  }

  @Test(arguments: [-1e-9...1e-9, -1...1, -20...20, -708...709.7])
  func exponentialsAreGlibcs(range: ClosedRange<Double>) {
    #expect(largestDistance(uniform(range), ElementaryFunctions.exp, exp) <= 1)
  }

  @Test func exponentialsEndInZeroAndInfinity() {
    let arguments: SIMD8<Double> = [
      -.infinity, -1e308, -746, 0, 709.79, 1e308, .infinity, .nan,
    ]
    let found = ElementaryFunctions.exp(arguments)
    #expect((0..<3).allSatisfy { found[$0] == 0 })
    #expect(found[3] == 1)
    #expect((4..<7).allSatisfy { found[$0] == .infinity })
    #expect(found[7].isNaN)
  }

  /// Where doubles lose digits on their way to 0, at most the last one that is left differs.
  @Test func exponentialsUnderflowGradually() {
    #expect(largestDistance(uniform(-745...(-708)), ElementaryFunctions.exp, exp) <= 1)
  }

  @Test(arguments: [1e-300...1e300, 1e-15...1, 0.5...2, 0.999...1.001])
  func logarithmsAreGlibcs(range: ClosedRange<Double>) {
    #expect(largestDistance(uniform(range), ElementaryFunctions.log, log) <= 1)
  }

  @Test func logarithmsOfPowers() {
    let arguments = (-1022...1023).map { Double(sign: .plus, exponent: $0, significand: 1) }
    let padded = arguments + Array(repeating: 1, count: 8 - arguments.count % 8)
    #expect(largestDistance(padded, ElementaryFunctions.log, log) <= 1)
    #expect(ElementaryFunctions.log(SIMD8(repeating: 1)) == .zero)
  }

  @Test(arguments: [0...1, 0.4...0.42, 0...1e-10, 0...1e-300])
  func logarithmsOfOnePlusAreGlibcs(range: ClosedRange<Double>) {
    #expect(largestDistance(uniform(range), ElementaryFunctions.log1p, log1p) <= 2)
  }
}
