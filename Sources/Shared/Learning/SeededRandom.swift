/// Random numbers that are the same in every run, on every host and in every version: xoshiro256** (Blackman and Vigna,
/// "Scrambled linear pseudorandom number generators", 2021), seeded by splitmix64.
package struct SeededRandom: Sendable {
  private var state: (UInt64, UInt64, UInt64, UInt64)

  /// Streams of one seed (trees of a forest, trials of a search) do not depend on each other.
  package init(seed: Int64, stream: Int = 0) {
    var mixed =
      UInt64(bitPattern: seed) &+ UInt64(bitPattern: Int64(stream)) &* 0xd1b5_4a32_d192_ed03
    func next() -> UInt64 {
      mixed &+= 0x9e37_79b9_7f4a_7c15
      var value = mixed
      value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
      value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
      return value ^ (value >> 31)
    }
    state = (next(), next(), next(), next())
  }

  @inline(__always)
  package mutating func bits() -> UInt64 {
    let result = Self.rotated(state.1 &* 5, by: 7) &* 9
    let shifted = state.1 << 17
    state.2 ^= state.0
    state.3 ^= state.1
    state.1 ^= state.2
    state.0 ^= state.3
    state.2 ^= shifted
    state.3 = Self.rotated(state.3, by: 45)
    return result
  }

  private static func rotated(_ value: UInt64, by count: UInt64) -> UInt64 {
    (value << count) | (value >> (64 - count))
  }

  /// At least 0 and less than 1, with 53 bits.
  @inline(__always)
  package mutating func uniform() -> Double { Double(bits() >> 11) * 0x1p-53 }

  /// At least 0 and less than `bound`, which is from 1 to 2^32 (Lemire, "Fast random integer generation in an
  /// interval", 2019, without the rejection: a bias of at most 2^-32).
  @inline(__always)
  package mutating func index(below bound: Int) -> Int {
    Int(((bits() >> 32) &* UInt64(truncatingIfNeeded: bound)) >> 32)
  }
}
