import Columnar

/// Where the columns of a training stand among those that are kept of each row.
struct RowPlaces {
  let featureCount: Int
  let label: Int?
  let weight: Int?
  let order: Int?

  init(_ training: CheckedTraining) {
    featureCount = training.features.count
    var next = featureCount
    func place(_ column: Int?) -> Int? {
      guard column != nil else { return nil }
      defer { next += 1 }
      return next
    }
    label = place(training.label)
    weight = place(training.weight)
    order = place(training.order)
  }

  var columnCount: Int {
    featureCount + [label, weight, order].count { $0 != nil }
  }

  var noRows: GroupedRows {
    GroupedRows(types: Array(repeating: .double, count: columnCount))
  }
}
