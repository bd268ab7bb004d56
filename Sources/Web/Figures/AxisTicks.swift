import Foundation

/// Round numbers along an axis.
struct AxisTicks: Sendable {
  let values: [Double]

  /// About so many, all within the range.
  init(_ range: ClosedRange<Double>, count: Int) {
    let span = range.upperBound - range.lowerBound
    guard span > 0, span.isFinite, count > 0 else {
      values = [range.lowerBound]
      return
    }
    let rough = span / Double(count)
    let power = pow(10, floor(log10(rough)))
    let step = [1, 2, 5, 10].map { $0 * power }.first { $0 >= rough * 0.999 } ?? rough
    var values: [Double] = []
    var index = (range.lowerBound / step).rounded(.up)
    while index * step <= range.upperBound + span * 1e-9, values.count < 100 {
      values.append(index * step)
      index += 1
    }
    self.values = values
  }

  /// Without digits that say nothing.
  static func text(_ value: Double) -> String {
    if abs(value) < 1e-12 { return "0" }
    if abs(value) >= 1e6 || abs(value) < 1e-3 { return String(format: "%.3g", value) }
    var text = decimalText(value, digits: 4)
    while text.hasSuffix("0") { text.removeLast() }
    if text.hasSuffix(".") { text.removeLast() }
    if abs(value) >= 1000, !text.contains(".") { return grouped(Int64(value)) }
    return text
  }
}
