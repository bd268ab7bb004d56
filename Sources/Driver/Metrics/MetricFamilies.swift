import Wire

/// Numbers of one name in the making: what metrics are written down with.
extension Roost_MetricFamily {
  static func counter(_ name: String, _ help: String, _ value: some BinaryInteger) -> Self {
    make(name, help, .counter, [.with { $0.value = Double(value) }])
  }

  static func gauge(_ name: String, _ help: String, _ value: some BinaryInteger) -> Self {
    make(name, help, .gauge, [.with { $0.value = Double(value) }])
  }

  static func histogram(_ name: String, _ help: String, _ value: MetricHistogram) -> Self {
    make(name, help, .histogram, [value.sample])
  }

  /// A number for each value of a label, in the order given.
  static func labelled(
    _ name: String, _ help: String, _ kind: Roost_MetricKind, by label: String,
    _ values: [(String, Double)]
  ) -> Self {
    make(
      name, help, kind,
      values.map { text, value in
        .with {
          $0.value = value
          $0.labels = [
            .with {
              $0.name = label
              $0.value = text
            }
          ]
        }
      })
  }

  private static func make(
    _ name: String, _ help: String, _ kind: Roost_MetricKind, _ samples: [Roost_MetricSample]
  ) -> Self {
    .with {
      $0.name = name
      $0.help = help
      $0.kind = kind
      $0.samples = samples
    }
  }
}
