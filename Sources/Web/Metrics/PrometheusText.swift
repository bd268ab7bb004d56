import Wire

/// Metrics in Prometheus' text format, version 0.0.4.
package struct PrometheusText: Sendable {
  static let contentType = "text/plain; version=0.0.4; charset=utf-8"

  package private(set) var text = ""

  package init(_ families: [Roost_MetricFamily]) {
    for family in families { append(family) }
  }

  private mutating func append(_ family: Roost_MetricFamily) {
    text += "# HELP \(family.name) \(Self.escaped(family.help, quotes: false))\n"
    text += "# TYPE \(family.name) \(Self.type(family.kind))\n"
    for sample in family.samples {
      guard family.kind == .histogram else {
        line(family.name, sample.labels, Self.number(sample.value))
        continue
      }
      for bucket in sample.buckets {
        line(
          "\(family.name)_bucket", sample.labels, "\(bucket.count)",
          bound: Self.number(bucket.upperBound))
      }
      line("\(family.name)_sum", sample.labels, Self.number(sample.value))
      line("\(family.name)_count", sample.labels, "\(sample.buckets.last?.count ?? 0)")
    }
  }

  /// `bound`: of a bucket.
  private mutating func line(
    _ name: String, _ labels: [Roost_MetricLabel], _ value: String, bound: String? = nil
  ) {
    var pairs = labels.map { "\($0.name)=\"\(Self.escaped($0.value, quotes: true))\"" }
    if let bound { pairs.append("le=\"\(bound)\"") }
    let list = pairs.isEmpty ? "" : "{\(pairs.joined(separator: ","))}"
    text += "\(name)\(list) \(value)\n"
  }

  private static func type(_ kind: Roost_MetricKind) -> String {
    switch kind {
    case .counter: "counter"
    case .gauge: "gauge"
    case .histogram: "histogram"
    case .unspecified, .UNRECOGNIZED: "untyped"
    }
  }

  private static func number(_ value: Double) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
    if let whole = Int64(exactly: value), whole.magnitude < 1 << 53 { return "\(whole)" }
    return "\(value)"
  }

  /// Quotes are escaped in the values of labels only.
  private static func escaped(_ text: String, quotes: Bool) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": escaped += "\\\\"
      case "\n": escaped += "\\n"
      case "\"" where quotes: escaped += "\\\""
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }
}
