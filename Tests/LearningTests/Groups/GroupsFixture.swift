import Foundation
import Learning
import Testing

/// Tests/Fixtures/groups.json: what scikit-learn makes of real data sets around a learner.
struct GroupsFixture: Decodable {
  struct DataSet: Decodable, Sendable {
    /// A column a feature; nulls are nil.
    let features: [[Double?]]
    let categoryCounts: [Int32]
    let label: [Double]
    let trainCount: Int
  }

  struct Case: Decodable, Sendable, CustomTestStringConvertible {
    let learner: String
    let data: String
    let kind: String
    let parameters: [String: LinearFixture.Value]
    let impute: String
    let scale: String
    let folds: Int
    let ordered: Bool
    let metrics: [String]
    let test: [String: Double]
    let validation: [String: Double]?
    let predictions: [Double]
    let grid: [Double]?
    let metric: String?
    let best: Double?
    let bestValue: Double?
    let permutation: [Double]?
    let shap: [Double]?

    var testDescription: String {
      [
        learner, data, "impute \(impute)", "scale \(scale)", "folds \(folds)",
        ordered ? "ordered" : "", metric.map { "grid by \($0)" } ?? "",
      ].filter { !$0.isEmpty }.joined(separator: ", ")
    }

    var rows: GroupRows {
      let set = GroupsFixture.shared.data[data]!
      let classCount = kind == "classification" ? 2 : 0
      return GroupRows(
        features: set.features.map { $0.map { $0 ?? .nan } }, categoryCounts: set.categoryCounts,
        label: set.label, trainCount: set.trainCount, classCount: classCount)
    }

    /// Closed forms agree to rounding; logistic regressions end near the optimum, each side in its own way.
    var tolerance: Double { learner == "LogisticRegression" ? 2e-6 : 1e-8 }

    func training(_ change: (inout GroupTraining) -> Void = { _ in }) throws -> GroupTraining {
      let space = try grid.map { values in
        try SearchSpace([(name: "regParam", values: .choices(values.map { .double($0) }))])
      }
      return try .of(
        [(learner, parameters.mapValues(\.parameter))],
        metrics: metrics.compactMap { Metric(rawValue: $0) }, space: space
      ) {
        $0.imputation = FeaturePreparation.Imputation(rawValue: impute)!
        $0.scaling = FeaturePreparation.Scaling(rawValue: scale)!
        $0.folds = folds
        $0.isOrdered = ordered
        if let metric = metric.flatMap({ Metric(rawValue: $0) }) {
          $0.tuning = Tuning(search: .grid, trialCount: 0, metric: metric, earlyStopping: .none)
        }
        change(&$0)
      }
    }
  }

  struct Series: Decodable, Sendable {
    let series: [Double]
    let train: Int
    let season: Int
    let folds: Int
    let test: [String: Double]
    let validation: [String: Double]
    let forecast: [Double]
  }

  let data: [String: DataSet]
  let series: Series
  let cases: [Case]

  static let shared: GroupsFixture = {
    let path = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../Fixtures/groups.json")
    do {
      return try JSONDecoder().decode(GroupsFixture.self, from: Data(contentsOf: path))
    } catch {
      fatalError("\(path.path): \(error)")
    }
  }()
}
