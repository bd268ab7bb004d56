import Foundation
import Testing

extension ClusterTests {
  /// Learners that see the rows of a group, several of them side by side.
  @Suite struct LearnersTests {
    /// Two groups of a step and a slope: what a line cannot follow and a tree can.
    private func writeRows(to folder: TemporaryFolder) throws {
      let rows = (0..<400).map { row in
        let x = Double(row / 2 % 20) / 20
        let label = (x < 0.5 ? 1.0 : 4.0) * Double(row % 2 + 1) + 0.01 * Double(row % 7)
        return "g\(row % 2),\(x),\(row % 11),\(label)\n"
      }
      try folder.write("rows.csv", "g,x,z,y\n" + rows.joined())
    }

    private func job(output: String) -> String {
      """
      tables:
        rows: {read: {path: rows.csv, partitions: 4}}
        models:
          from: rows
          group_by: g
          train:
            learner:
              - LinearRegression
              - LinearRegression: {regParam: 0.1, elasticNetParam: 0.5}
              - DecisionTreeRegressor: {maxDepth: 3}
              - RandomForestRegressor: {numTrees: 5}
              - GBTRegressor: {maxIter: 10, stepSize: 0.5}
              - GeneralizedLinearRegression: {family: gamma, link: log}
              - IsotonicRegression
            label: y
            features: [x, z]
            test_fraction: 0.2
            seed: 3
      outputs:
        models: {write: \(output), format: json}
      """
    }

    @Test func severalLearnersTrainOnTheSameRowsOfEachGroup() async throws {
      try await withCluster(executors: 1) { cluster in
        try writeRows(to: cluster.folder)
        let one = try await cluster.run(
          "submit", cluster.folder.write("one.yaml", job(output: "one")))
        try #require(one.code == 0, "\(one.stderr)")
        let rows = try cluster.folder.rows("one")
        #expect(rows.count == 14)
        #expect(rows.allSatisfy { $0["error"] == nil || $0["error"] is NSNull })
        for group in ["g0", "g1"] {
          let models = rows.filter { $0["g"] as? String == group }
          #expect(
            models.compactMap { $0["learner"] as? String } == [
              "LinearRegression", "LinearRegression", "DecisionTreeRegressor",
              "RandomForestRegressor", "GBTRegressor", "GeneralizedLinearRegression",
              "IsotonicRegression",
            ])
          let errors = models.compactMap { $0["test_rmse"] as? Double }
          try #require(errors.count == 7)
          // A line misses a step; trees and the isotonic function have it.
          #expect(errors[0] > 0.3 && errors[1] > 0.3)
          #expect(errors[2] < 0.1 && errors[4] < 0.1 && errors[6] < 0.1, "\(errors)")
          #expect(errors[3] < errors[0], "\(errors)")
          #expect(models[0]["coefficients"] is [Double] && models[2]["coefficients"] is NSNull)
        }
        try await cluster.addExecutors(2)
        let three = try await cluster.run(
          "submit", cluster.folder.write("three.yaml", job(output: "three")))
        try #require(three.code == 0, "\(three.stderr)")
        #expect(try cluster.folder.contents("three") == cluster.folder.contents("one"))
      }
    }
  }
}
