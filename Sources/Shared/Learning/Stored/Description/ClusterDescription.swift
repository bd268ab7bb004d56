/// Names of so many clusters, counted from 0 as predictions are.
private func clusterNames(_ count: Int) -> [String] { (0..<count).map { "cluster \($0)" } }

extension DistanceMeasure {
  fileprivate var words: String {
    switch self {
    case .euclidean: "by Euclidean distance"
    case .cosine: "by cosine distance, of features scaled to length 1"
    }
  }
}

extension KMeansModel: DescribedModel {
  func lines(_ names: ModelNames) -> [String] {
    ["the nearest of \(centerCount) centers, \(measure.words)", ""]
      + TextTable.matrix("center", rows: names.columns, columns: clusterNames(centerCount)) {
        centers[$1 * featureCount + $0]
      }
  }
}

extension BisectingKMeansModel: DescribedModel {
  func lines(_ names: ModelNames) -> [String] {
    if clusterCount == 1 { return ["one cluster"] }
    let centers = clusterCenters
    return ["\(clusterCount) clusters, halved again and again, \(measure.words)", ""]
      + TextTable.matrix("center", rows: names.columns, columns: clusterNames(clusterCount)) {
        centers[$1][$0]
      }
  }
}

extension GaussianMixtureModel: DescribedModel {
  func lines(_ names: ModelNames) -> [String] {
    let clusters = clusterNames(componentCount)
    let means = (0..<componentCount).map(mean)
    let deviations = (0..<componentCount).map(deviations)
    return ["a mixture of \(componentCount) Gaussians", ""]
      + TextTable.matrix("mean", rows: ["(share)"] + names.columns, columns: clusters) {
        $0 == 0 ? weights[$1] : means[$1][$0 - 1]
      } + [""]
      + TextTable.matrix("deviation", rows: names.columns, columns: clusters) { deviations[$1][$0] }
  }
}
