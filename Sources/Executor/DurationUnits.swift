import Foundation

extension Duration {
  /// As Foundation counts time.
  var seconds: TimeInterval {
    TimeInterval(components.seconds) + TimeInterval(components.attoseconds) * 1e-18
  }
}
