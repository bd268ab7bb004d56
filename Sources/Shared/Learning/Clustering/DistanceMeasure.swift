/// How far rows are from each other, by Spark's names.
package enum DistanceMeasure: String, Hashable, Sendable, CaseIterable {
  case euclidean
  /// 1 - cosine of the angle. Of vectors of length 1 it is half their squared Euclidean distance, so that the same
  /// nearest centers are found once rows and centers are scaled to that.
  case cosine

  /// What a sum of squared distances of rows scaled for this measure counts as.
  var costFactor: Double { self == .cosine ? 0.5 : 1 }

  static let parameter = Parameter(
    "distanceMeasure", .string(allCases.map(\.rawValue)), default: .string("euclidean"),
    documentation: "euclidean (squared distances), or cosine (1 - cosine of the angle)")

  init(_ parameters: ParameterSet) {
    // The parameter's domain is the list of all cases.
    self = DistanceMeasure(rawValue: parameters.string("distanceMeasure"))!
  }
}
