import Glibc

/// The examples that one tree is grown on, and how often each counts.
enum RowSampling: Hashable, Sendable {
  case all
  /// Each example counts as often as a Poisson variable of this mean says: Spark's bootstrap, which is drawing with
  /// replacement where the number drawn varies, too.
  case withReplacement(rate: Double)
  /// Each example counts with this probability.
  case withoutReplacement(rate: Double)
}

/// Draws the examples of a tree.
struct RowSampler: ~Copyable {
  private let sampling: RowSampling
  /// Entry k is the probability of at most k.
  private let cumulative: [Double]
  private var counts = WorkingMemory<Double>()

  init(_ sampling: RowSampling) {
    self.sampling = sampling
    cumulative =
      if case .withReplacement(let rate) = sampling { Self.poisson(rate) } else { [] }
  }

  /// Writes the drawn rows in their order; at least one, so that there is a tree.
  mutating func draw(
    _ selected: SelectedRows, rowCount: Int, into rows: UnsafeMutablePointer<Int32>,
    random: inout SeededRandom
  ) -> RowSample {
    let counts: UnsafeMutablePointer<Double>
    var drawn = 0
    switch sampling {
    case .all:
      rows.update(from: selected.rows, count: selected.count)
      return RowSample(count: selected.count, counts: nil)
    case .withReplacement:
      counts = self.counts.reserve(rowCount)
      for position in 0..<selected.count {
        let row = selected.rows[position]
        let count = count(random.uniform())
        counts[Int(row)] = count
        rows[drawn] = row
        drawn &+= count > 0 ? 1 : 0
      }
    case .withoutReplacement(let rate):
      counts = self.counts.reserve(rowCount)
      for position in 0..<selected.count {
        let row = selected.rows[position]
        counts[Int(row)] = 1
        rows[drawn] = row
        drawn &+= random.uniform() < rate ? 1 : 0
      }
    }
    if drawn == 0 {
      let row = selected.rows[random.index(below: selected.count)]
      rows[0] = row
      counts[Int(row)] = 1
      drawn = 1
    }
    return RowSample(count: drawn, counts: counts)
  }

  private func count(_ uniform: Double) -> Double {
    var count = 0
    while count < cumulative.count, uniform >= cumulative[count] { count &+= 1 }
    return Double(count)
  }

  /// Until rounding leaves nothing: 18 entries for a mean of 1.
  private static func poisson(_ mean: Double) -> [Double] {
    var probability = exp(-mean)
    var sum = probability
    var entries = [sum]
    while sum < 1, entries.count < 32 {
      probability *= mean / Double(entries.count)
      sum += probability
      entries.append(sum)
    }
    return entries
  }
}

/// How many rows were drawn, and how often each counts, by row; nil where all count once.
struct RowSample: BitwiseCopyable {
  let count: Int
  let counts: UnsafePointer<Double>?
}
