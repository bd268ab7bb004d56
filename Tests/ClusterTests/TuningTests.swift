import Foundation
import Testing

extension ClusterTests {
  /// Parameters that are searched, for each group and for all of them.
  @Suite struct TuningTests {
    /// Groups of a step function, which a deep tree follows, and a little noise.
    private func writeRows(to folder: TemporaryFolder) throws {
      let rows = (0..<600).map { row in
        let x = Double(row / 3 % 100)
        let label = Double(Int(x) / 10 * (row % 3 + 1)) + 0.01 * Double(row * 7 % 13)
        return "g\(row % 3),\(x),\(row * 31 % 17),\(label),\(label > 5)\n"
      }
      try folder.write("rows.csv", "g,x,z,y,large\n" + rows.joined())
    }

    private func job(_ output: String, tune: String) -> String {
      """
      tables:
        rows: {read: {path: rows.csv, partitions: 4}}
        models:
          from: rows
          group_by: g
          partitions: 2
          train:
            learner: [DecisionTreeRegressor, LinearRegression, IsotonicRegression]
            label: y
            features: [x, z]
            folds: 3
            tune: \(tune)
        whole:
          from: rows
          where: z < 9
          train:
            learner: DecisionTreeClassifier
            label: large
            features: [x, z]
            tune: {search: grid, space: {maxDepth: [1, 2, 3, 4, 5, 6, 7, 8]}, metric: accuracy}
        scored: {predict: {models: whole, rows: rows}}
      outputs:
        models: {write: \(output)/models, format: json}
        whole: {write: \(output)/whole, format: json}
        scored: {write: \(output)/scored, format: json}
      """
    }

    @Test(arguments: [
      "{per: table, search: grid, space: {maxDepth: [1, 2, 8], regParam: [0.0, 100.0]}}",
      "{per: table, search: halving, trials: 9, space: {maxDepth: {from: 1, to: 8}, regParam: {from: 0.001, to: 100, log: true}}}",
      "{search: random, trials: 6, early_stopping: median, space: {maxDepth: {from: 1, to: 8}}}",
    ])
    func oneOrManyExecutorsChooseTheSame(tune: String) async throws {
      try await withCluster(executors: 1) { cluster in
        try writeRows(to: cluster.folder)
        let file = try cluster.folder.write("one.yaml", job("one", tune: tune))
        // Of one group the trials run side by side.
        let plan = try await roost("explain", file, in: cluster.folder)
        #expect(plan.stdout.contains("whole · 8 tasks"), "\(plan)")
        let one = try await cluster.run("submit", file)
        try #require(one.code == 0, "\(one.stderr)")
        let rows = try cluster.folder.rows("one/models")
        #expect(rows.count == 9)
        let trees = rows.filter { $0["learner"] as? String == "DecisionTreeRegressor" }
        let chosen = trees.compactMap { $0["params"] as? String }
        #expect(chosen.count == 3)
        if tune.contains("table") { #expect(Set(chosen).count == 1, "\(chosen)") }
        if tune.contains("grid") {
          #expect(chosen == Array(repeating: "{\"maxDepth\": 8}", count: 3))
        }
        #expect(trees.allSatisfy { ($0["cv_rmse"] as? Double ?? 9) < 3 })
        // What has none of the parameters trains as it is.
        let isotonic = rows.filter { $0["learner"] as? String == "IsotonicRegression" }
        #expect(
          isotonic.allSatisfy { $0["params"] as? String == "{}" && $0["trials"] as? Int == 0 })

        let whole = try #require(cluster.folder.rows("one/whole").first)
        #expect(whole["trials"] as? Int == 8)
        #expect((whole["cv_accuracy"] as? Double ?? 0) > 0.85)

        // The model of all rows scores the rows that it comes from, wherever they are.
        let scored = try cluster.folder.rows("one/scored")
        #expect(scored.count == 600)
        let right = scored.count { $0["prediction"] as? Bool == $0["large"] as? Bool }
        #expect(right > 520)

        try await cluster.addExecutors(2)
        let three = try await cluster.run(
          "submit", cluster.folder.write("three.yaml", job("three", tune: tune)))
        try #require(three.code == 0, "\(three.stderr)")
        #expect(try cluster.folder.contents("three") == cluster.folder.contents("one"))
      }
    }
  }
}
