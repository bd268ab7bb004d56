/// How compact and how far apart clusters are: one number a metric.
package struct ClusteringErrors: Hashable, Sendable {
  /// Nil where fewer than two clusters have examples.
  package let silhouette: Double?
  package let inertia: Double

  /// The metric; nil where it has no meaning.
  package func value(of metric: Metric) -> Double? {
    switch metric {
    case .silhouette: silhouette
    case .inertia: inertia
    default: nil
    }
  }
}
