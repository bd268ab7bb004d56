import Columnar
import Wire

/// Predictions of a job that was made to compare them with what was.
package enum PredictionFigure {
  private static let classLimit = 30

  static func markup(_ job: Roost_JobDescription) -> HTML? {
    guard job.name.hasPrefix(GroupComparison.namePrefix), job.state == .succeeded,
      let table = job.shown.first.flatMap({ try? ShownTable($0) }),
      let actual = table.fields.firstIndex(where: { $0.name == GroupComparison.actualColumn }),
      let predicted = table.fields.firstIndex(where: { $0.name == "prediction" })
    else { return nil }
    let rows = table.rows(limit: GroupComparison.rowLimit)
    return section("Predicted against actual", id: "comparison") {
      if rows.isEmpty {
        note("The group has no rows: is its key written as in the table?")
      } else if table.fields[actual].type.isNumeric, table.fields[predicted].type.isNumeric {
        scatter(rows.map { ($0[actual], $0[predicted]) })
      } else {
        confusion(rows.map { ($0[actual].cellText, $0[predicted].cellText) })
      }
    }
  }

  private static func scatter(_ rows: [(actual: Scalar, predicted: Scalar)]) -> HTML {
    let plot = ScatterPlot(
      rows.compactMap { actual, predicted in
        guard let actual = actual.number, let predicted = predicted.number else { return nil }
        return ScatterPlot.Point(actual: actual, predicted: predicted)
      })
    return element("figure") {
      if plot.points.isEmpty {
        note("No row has both: the group may have no model.")
      } else {
        plot.markup(actualName: "label")
        element("figcaption", ["class": "note"]) {
          "\(counted(plot.points.count, "row")), those for training and those held out; "
          "off by \(numberText(plot.rootMeanSquaredError ?? 0)) (root mean square). "
          "On the line a prediction is right, above it too high."
        }
      }
      if plot.points.count < rows.count {
        note("\(counted(rows.count - plot.points.count, "row")) have no label or no prediction.")
      }
    }
  }

  /// How often each class was predicted for each.
  private static func confusion(_ rows: [(actual: String, predicted: String)]) -> HTML {
    let classes = Set(rows.flatMap { [$0.actual, $0.predicted] }).sorted().prefix(classLimit)
    var counts: [String: [String: Int]] = [:]
    for row in rows { counts[row.actual, default: [:]][row.predicted, default: 0] += 1 }
    var table = DataTable(
      "How often each class was predicted",
      [.text("Actual")] + classes.map { .number("predicted \($0)") })
    for actual in classes {
      table.addRow([actual] + classes.map { grouped(counts[actual]?[$0] ?? 0) })
    }
    let right = rows.count { $0.actual == $0.predicted }
    return fragment {
      note("\(grouped(right)) of \(counted(rows.count, "row")) are predicted as they are.")
      table.markup
    }
  }
}
