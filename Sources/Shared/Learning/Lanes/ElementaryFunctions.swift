/// Exponentials and logarithms of eight doubles at once.
///
/// Glibc's take one double a call, with tables and branches that do not fit into vectors. These have the same reductions of
/// their argument as fdlibm (Sun Microsystems, 1993: e_exp.c, e_log.c, s_log1p.c), then a polynomial for all eight, which
/// is four to six times as fast. They are within 1 unit in the last place of the true value (`log1p`: 2), which tests compare
/// with Glibc's.
package enum ElementaryFunctions {
  /// log 2 as a double with zeros at its end, whose products with exponents are exact, and what is left of it.
  private static let log2High = 6.93147180369123816490e-01
  private static let log2Low = 1.90821492927058770002e-10
  private static let rootOfTwo = 1.4142135623730951
  /// Added to a double below 2^51 in magnitude, it leaves the nearest integer in the last bits of the sum.
  private static let roundingShift = 0x1.8p52

  /// e raised to each of `x`: infinite above 709.78, 0 below -745.13, gradually on the way there; NaN of NaN.
  @inline(__always)
  package static func exp(_ x: SIMD8<Double>) -> SIMD8<Double> {
    // What is clamped is infinite or 0 already. NaN is neither above nor below.
    let highest = SIMD8(repeating: 710.0)
    let lowest = SIMD8(repeating: -746.0)
    var x = x
    x.replace(with: highest, where: x .> highest)
    x.replace(with: lowest, where: x .< lowest)
    let shift = SIMD8(repeating: roundingShift)
    // x = exponent log 2 + rest, |rest| <= log 2 / 2.
    let exponentBits = shift.addingProduct(x, SIMD8(repeating: 1.44269504088896340736))
    let exponent = exponentBits - shift
    let rest =
      x
      .addingProduct(exponent, SIMD8(repeating: -log2High))
      .addingProduct(exponent, SIMD8(repeating: -log2Low))
    // Taylor's series: what is left out of it is below 4e-18.
    var series = SIMD8(repeating: 1.0 / 6_227_020_800)
    series = SIMD8(repeating: 1.0 / 479_001_600).addingProduct(series, rest)
    series = SIMD8(repeating: 1.0 / 39_916_800).addingProduct(series, rest)
    series = SIMD8(repeating: 1.0 / 3_628_800).addingProduct(series, rest)
    series = SIMD8(repeating: 1.0 / 362_880).addingProduct(series, rest)
    series = SIMD8(repeating: 1.0 / 40_320).addingProduct(series, rest)
    series = SIMD8(repeating: 1.0 / 5_040).addingProduct(series, rest)
    series = SIMD8(repeating: 1.0 / 720).addingProduct(series, rest)
    series = SIMD8(repeating: 1.0 / 120).addingProduct(series, rest)
    series = SIMD8(repeating: 1.0 / 24).addingProduct(series, rest)
    series = SIMD8(repeating: 1.0 / 6).addingProduct(series, rest)
    series = SIMD8(repeating: 0.5).addingProduct(series, rest)
    let power = 1 + rest.addingProduct(series, rest * rest)
    // By two factors, of which each is a normal number: the product may be none.
    let halfBits = shift.addingProduct(exponent, SIMD8(repeating: 0.5))
    let half = halfBits - shift
    return power * powerOfTwo(halfBits) * powerOfTwo(shift + (exponent - half))
  }

  /// 2 raised to integers from -1022 to 1023 in the last bits of a sum with `roundingShift`.
  @inline(__always)
  private static func powerOfTwo(_ shifted: SIMD8<Double>) -> SIMD8<Double> {
    doubles((bits(shifted) &+ SIMD8(repeating: 1023)) &<< SIMD8(repeating: 52))
  }

  /// The natural logarithm of each of `x`, which are positive, normal and finite.
  @inline(__always)
  package static func log(_ x: SIMD8<Double>) -> SIMD8<Double> {
    // x = 2^exponent (1 + rest), 1 + rest from the root of 1/2 to that of 2. The exponent is 1024 too large, so as
    // to be no less than 0.
    let rootOfHalf: UInt64 = 0x3fe6_a09e_667f_3bcd
    let bits = bits(x)
    let distance = bits &- SIMD8(repeating: rootOfHalf &- (1024 << 52))
    let biased = distance &>> SIMD8(repeating: 52)
    let mantissa = doubles(bits &- ((biased &- SIMD8(repeating: 1024)) &<< SIMD8(repeating: 52)))
    // A double of 2^52 plus the exponent has it in its last bits.
    let exponent =
      doubles(biased | SIMD8(repeating: UInt64(0x4330_0000_0000_0000)))
      - SIMD8(repeating: 0x1p52 + 1024)
    return logarithm(exponent: exponent, rest: mantissa - 1)
  }

  /// log(1 + y) of each of `y`, which are from 0 to 1.
  @inline(__always)
  package static func log1p(_ y: SIMD8<Double>) -> SIMD8<Double> {
    // Half of 1 + y where that is above the root of 2.
    let limit = SIMD8(repeating: rootOfTwo - 1)
    let isLarge = y .> limit
    let exponent = SIMD8<Double>.zero.replacing(with: SIMD8(repeating: 1), where: isLarge)
    return logarithm(
      exponent: exponent, rest: y.replacing(with: 0.5 * (y - 1), where: isLarge))
  }

  /// exponent log 2 + log(1 + rest), by the odd series of rest / (2 + rest), with fdlibm's coefficients.
  @inline(__always)
  private static func logarithm(
    exponent: SIMD8<Double>, rest: SIMD8<Double>
  ) -> SIMD8<Double> {
    let ratio = rest / (2 + rest)
    let square = ratio * ratio
    var series = SIMD8(repeating: 1.479819860511658591e-01)
    series = SIMD8(repeating: 1.531383769920937332e-01).addingProduct(series, square)
    series = SIMD8(repeating: 1.818357216161805012e-01).addingProduct(series, square)
    series = SIMD8(repeating: 2.222219843214978396e-01).addingProduct(series, square)
    series = SIMD8(repeating: 2.857142874366239149e-01).addingProduct(series, square)
    series = SIMD8(repeating: 3.999999999940941908e-01).addingProduct(series, square)
    series = SIMD8(repeating: 6.666666666666735130e-01).addingProduct(series, square)
    let halfSquare = 0.5 * rest * rest
    let low =
      (exponent * SIMD8(repeating: log2Low))
      .addingProduct(ratio, halfSquare.addingProduct(square, series))
    return (exponent * SIMD8(repeating: log2High)) - ((halfSquare - low) - rest)
  }

  // MARK: Bits

  @inline(__always)
  private static func bits(_ values: SIMD8<Double>) -> SIMD8<UInt64> {
    // Unsafe: both are eight times 64 bits, of which any are a value.
    unsafeBitCast(values, to: SIMD8<UInt64>.self)
  }

  @inline(__always)
  private static func doubles(_ bits: SIMD8<UInt64>) -> SIMD8<Double> {
    unsafeBitCast(bits, to: SIMD8<Double>.self)
  }
}
