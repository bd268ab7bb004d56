/// What a grower works in, kept from tree to tree.
///
/// Unsafe: its views are valid until the next call and as long as it lives.
struct GrowerMemory: ~Copyable {
  private var rows = WorkingMemory<Int32>()
  private var spareRows = WorkingMemory<Int32>()
  private var leafEnds = WorkingMemory<Int32>()
  private var features = WorkingMemory<Int32>()
  private var goesLeft = WorkingMemory<UInt8>()
  private var categories = WorkingMemory<OrderedCategory>()
  // Vectors, since criteria read and write these in vectors.
  private var summaries = WorkingMemory<SIMD4<Double>>()
  private var sortedBins = WorkingMemory<SIMD4<Double>>()
  private let histograms: UnsafeMutablePointer<UnsafeMutablePointer<SIMD4<Double>>?>
  private var histogramVectors = 0

  /// A root's histogram, and one more for each level below.
  private static let histogramLimit = Trees.depthLimit + 1

  init() {
    histograms = .allocate(capacity: Self.histogramLimit)
    histograms.initialize(repeating: nil, count: Self.histogramLimit)
  }

  deinit {
    for index in 0..<Self.histogramLimit { histograms[index]?.deallocate() }
    histograms.deallocate()
  }

  /// Room for the rows of a tree, which are to be written there.
  mutating func reserveRows(_ count: Int) -> UnsafeMutablePointer<Int32> {
    spareRows.reserve(count)
    leafEnds.reserve(count)
    return rows.reserve(count)
  }

  /// What a grower of a tree of the reserved rows works in.
  mutating func views(_ bins: BinnedFeatures, width: Int, summaryWidth: Int) -> GrowerViews {
    let vectors = (bins.binCount * width + 3) / 4
    if vectors > histogramVectors {
      for index in 0..<Self.histogramLimit {
        histograms[index]?.deallocate()
        histograms[index] = nil
      }
      histogramVectors = vectors
    }
    let summaryVectors = (summaryWidth + 3) / 4
    var largestBinCount = 0
    for feature in 0..<bins.featureCount {
      largestBinCount = max(largestBinCount, bins.layouts[feature].binCount)
    }
    let features = features.reserve(bins.splittable.count)
    for index in 0..<bins.splittable.count { features[index] = bins.splittable[index] }
    return GrowerViews(
      rows: rows.base, spareRows: spareRows.base, leafEnds: leafEnds.base,
      features: UnsafeMutableBufferPointer(start: features, count: bins.splittable.count),
      goesLeft: goesLeft.reserve(largestBinCount),
      categories: categories.reserve(largestBinCount),
      summaries: Self.doubles(summaries.reserve(2 * (Trees.depthLimit + 1) * summaryVectors)),
      summaryStride: summaryVectors * 4,
      sortedBins: Self.doubles(sortedBins.reserve((largestBinCount * width + 3) / 4)),
      histograms: histograms, histogramVectors: histogramVectors)
  }

  private static func doubles(
    _ vectors: UnsafeMutablePointer<SIMD4<Double>>
  ) -> UnsafeMutablePointer<Double> {
    UnsafeMutableRawPointer(vectors).assumingMemoryBound(to: Double.self)
  }
}

/// A category that a node has examples of, and what it is ordered by.
struct OrderedCategory: BitwiseCopyable {
  let bin: Int32
  let value: Double
}

struct GrowerViews: BitwiseCopyable {
  /// The examples to grow on; afterwards those of each leaf lie side by side, in the order of the leaves.
  let rows: UnsafeMutablePointer<Int32>
  let spareRows: UnsafeMutablePointer<Int32>
  /// Where the examples of each leaf end.
  let leafEnds: UnsafeMutablePointer<Int32>
  /// All that can be split, in an order that choices of some of them change.
  let features: UnsafeMutableBufferPointer<Int32>
  /// Whether a bin goes left: 1 or 0.
  let goesLeft: UnsafeMutablePointer<UInt8>
  let categories: UnsafeMutablePointer<OrderedCategory>
  private let summaries: UnsafeMutablePointer<Double>
  private let summaryStride: Int
  let sortedBins: UnsafeMutablePointer<Double>
  private let histograms: UnsafeMutablePointer<UnsafeMutablePointer<SIMD4<Double>>?>
  private let histogramVectors: Int

  init(
    rows: UnsafeMutablePointer<Int32>, spareRows: UnsafeMutablePointer<Int32>,
    leafEnds: UnsafeMutablePointer<Int32>, features: UnsafeMutableBufferPointer<Int32>,
    goesLeft: UnsafeMutablePointer<UInt8>, categories: UnsafeMutablePointer<OrderedCategory>,
    summaries: UnsafeMutablePointer<Double>, summaryStride: Int,
    sortedBins: UnsafeMutablePointer<Double>,
    histograms: UnsafeMutablePointer<UnsafeMutablePointer<SIMD4<Double>>?>, histogramVectors: Int
  ) {
    self.rows = rows
    self.spareRows = spareRows
    self.leafEnds = leafEnds
    self.features = features
    self.goesLeft = goesLeft
    self.categories = categories
    self.summaries = summaries
    self.summaryStride = summaryStride
    self.sortedBins = sortedBins
    self.histograms = histograms
    self.histogramVectors = histogramVectors
  }

  /// The summary of a left (0) or right (1) child at a depth; the root is a left one.
  func summary(depth: Int, side: Int) -> UnsafeMutablePointer<Double> {
    summaries + (2 &* depth &+ side) &* summaryStride
  }

  /// A histogram, made where there is none yet: few trees are as deep as they may be.
  func histogram(_ index: Int) -> UnsafeMutablePointer<Double> {
    let vectors: UnsafeMutablePointer<SIMD4<Double>>
    if let present = histograms[index] {
      vectors = present
    } else {
      vectors = .allocate(capacity: max(1, histogramVectors))
      histograms[index] = vectors
    }
    return UnsafeMutableRawPointer(vectors).assumingMemoryBound(to: Double.self)
  }
}
