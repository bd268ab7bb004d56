import Glibc

/// A density over one dimension of a search: a mixture of a broad prior and one kernel at each place that was tried
/// (Bergstra, Bardenet, Bengio, Kégl, "Algorithms for hyper-parameter optimization", 2011, section 4).
///
/// Of choices it is the share of each, with one observation more of every one. Elsewhere kernels are
/// Gaussians cut off at the bounds, as wide as the larger distance to a neighbour.
struct ParzenEstimator {
  private enum Density {
    case shares([Double])
    case kernels(centers: [Double], widths: [Double], bounds: ClosedRange<Double>)
  }

  private let density: Density

  /// - Parameter places: within the bounds of `values`; there may be none.
  init(_ values: SearchSpace.Values, places: [Double]) {
    let bounds = values.bounds
    if case .choices(let choices) = values {
      var shares = [Double](repeating: 1, count: choices.count)
      for place in places { shares[Self.index(place, of: choices.count)] += 1 }
      let sum = shares.reduce(0, +)
      density = .shares(shares.map { $0 / sum })
      return
    }
    let width = bounds.upperBound - bounds.lowerBound
    let middle = bounds.lowerBound + width / 2
    // The prior is a kernel as wide as the bounds, and a neighbour of the others.
    let centers = (places + [middle]).sorted()
    let smallest = width / Double(min(100, centers.count + 1))
    var hasPrior = false
    let widths = centers.indices.map { index -> Double in
      if centers[index] == middle, !hasPrior {
        hasPrior = true
        return width
      }
      let before = index > 0 ? centers[index - 1] : bounds.lowerBound
      let after = index + 1 < centers.count ? centers[index + 1] : bounds.upperBound
      let distance = max(centers[index] - before, after - centers[index])
      return min(max(distance, smallest), width)
    }
    density = .kernels(centers: centers, widths: widths, bounds: bounds)
  }

  private static func index(_ place: Double, of count: Int) -> Int {
    min(max(Int(exactly: place.rounded(.down)) ?? 0, 0), count - 1)
  }

  /// A place drawn from the density.
  func draw(_ random: inout SeededRandom) -> Double {
    switch density {
    case .shares(let shares):
      var rest = random.uniform()
      for (index, share) in shares.enumerated() {
        rest -= share
        if rest < 0 { return Double(index) }
      }
      return Double(shares.count - 1)
    case .kernels(let centers, let widths, let bounds):
      let index = random.index(below: centers.count)
      // A kernel lies at least half within the bounds: a draw is rarely outside more than a few times.
      for _ in 0..<64 {
        let radius = (-2 * log(1 - random.uniform())).squareRoot()
        let place = centers[index] + widths[index] * radius * cos(2 * .pi * random.uniform())
        if bounds.contains(place) { return place }
      }
      return centers[index]
    }
  }

  /// The logarithm of the density at a place.
  func logDensity(at place: Double) -> Double {
    switch density {
    case .shares(let shares):
      return log(shares[Self.index(place, of: shares.count)])
    case .kernels(let centers, let widths, let bounds):
      var sum = 0.0
      for (center, width) in zip(centers, widths) where width > 0 {
        let distance = (place - center) / width
        let inside =
          Self.distribution((bounds.upperBound - center) / width)
          - Self.distribution((bounds.lowerBound - center) / width)
        sum += exp(-0.5 * distance * distance) / (width * inside)
      }
      // A range of one point has no width and no density.
      return sum > 0 ? log(sum / Double(centers.count)) : 0
    }
  }

  private static func distribution(_ value: Double) -> Double {
    0.5 * erfc(-value / 2.0.squareRoot())
  }
}
