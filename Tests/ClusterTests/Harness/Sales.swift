import Foundation

/// Rows that the tests make themselves, so that they know what has to come out: two features and a label that is
/// a line with noise, in groups of different sizes. The same ones each time.
struct Sales {
  struct Row {
    var store: Int
    var price: Double
    var visitors: Double
    var units: Double
  }

  let rows: [Row]

  init(rowCount: Int, stores: Int) {
    var state: UInt64 = 42
    // The generator of Knuth's MMIX: its upper bits are good enough for noise.
    func next() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 33) / Double(1 << 31)
    }
    // Four decimals, so that the text of a value is the value.
    func rounded(_ value: Double) -> Double { (value * 10_000).rounded() / 10_000 }
    rows = (0..<rowCount).map { _ in
      let store = Int(next() * next() * Double(stores))
      let price = rounded(5 + next() * 10)
      let visitors = rounded(next() * 1000)
      let noise = next() - 0.5
      let units = rounded(Double(store) - 3 * price + 0.25 * visitors + noise)
      return Row(store: store, price: price, visitors: visitors, units: units)
    }
  }

  var csv: String {
    rows.reduce(into: "store,price,visitors,units\n") { text, row in
      text += "\(row.store),\(row.price),\(row.visitors),\(row.units)\n"
    }
  }

  var byStore: [Int: [Row]] { Dictionary(grouping: rows, by: \.store) }
}

/// The least-squares plane through some rows: intercept, then the coefficients of price and visitors.
///
/// Solves the normal equations of the centred columns by Cramer's rule: with these features their condition does no harm.
func leastSquares(_ rows: [Sales.Row]) -> [Double] {
  let count = Double(rows.count)
  func mean(_ value: (Sales.Row) -> Double) -> Double { rows.reduce(0) { $0 + value($1) } / count }
  let (price, visitors, units) = (mean(\.price), mean(\.visitors), mean(\.units))
  var (pp, pv, vv, pu, vu) = (0.0, 0.0, 0.0, 0.0, 0.0)
  for row in rows {
    let (p, v, u) = (row.price - price, row.visitors - visitors, row.units - units)
    pp += p * p
    pv += p * v
    vv += v * v
    pu += p * u
    vu += v * u
  }
  let determinant = pp * vv - pv * pv
  let first = (pu * vv - vu * pv) / determinant
  let second = (vu * pp - pu * pv) / determinant
  return [units - first * price - second * visitors, first, second]
}
