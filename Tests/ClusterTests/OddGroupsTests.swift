import Foundation
import Testing

extension ClusterTests {
  /// Groups, names and values that are odd, and what becomes of them.
  @Suite struct OddGroupsTests {
    @Test func aGroupDependsOnItsOwnRowsAlone() async throws {
      try await withCluster(executors: 1) { cluster in
        // In b classes and weights are none that a could have.
        let rows = (0..<40).map { row in
          "a,\(row % 7),\(row % 5),\(row % 3 == 0 ? 9 : 10),\(row % 4),\(Double(row % 7 * 2) + 0.5)\n"
            + "b,\(row % 5),\(row % 3),\(row % 2 == 0 ? "x" : "y"),\(row == 3 ? -1 : 1),\(row % 5)\n"
        }
        try cluster.folder.write("rows.csv", "clusters,x,z,class,w,y\n" + rows.joined())
        let run = try await cluster.run(
          "submit",
          cluster.folder.write(
            "odd.yaml",
            """
            tables:
              rows: {read: {path: rows.csv, partitions: 2}}
              classes:
                from: rows
                group_by: clusters
                train: {learner: LogisticRegression, label: class, features: [x, z]}
              merged:
                from: rows
                group_by: clusters
                train: {learner: LinearRegression, label: y, features: x, weight: w}
              side_by_side:
                from: rows
                group_by: clusters
                train: {learner: LinearRegression, label: y, features: x, weight: w, metrics: [rmse, r2, mae]}
              by_x:
                from: rows
                where: clusters = 'a'
                group_by: x
                train:
                  learner: [DecisionTreeRegressor, {DecisionTreeRegressor: {maxDepth: 1}}]
                  label: y
                  features: [x, z]
                  keep: best
              scored: {predict: {models: by_x, rows: rows}}
              lines: {predict: {models: merged, rows: rows}}
            outputs:
              classes: {write: classes, format: json}
              merged: {write: merged, format: json}
              side_by_side: {write: side_by_side, format: json}
              by_x: {write: by_x, format: json}
              scored: {write: scored, format: json}
              lines: {write: lines, format: json}
            """))
        try #require(run.code == 0, "\(run.stderr)")
        func row(_ table: String, _ group: String) throws -> [String: Any] {
          try #require(
            cluster.folder.rows(table).first { $0["clusters"] as? String == group }, "\(table)")
        }
        // Numbers stand by their value, whatever texts another group has.
        #expect(try row("classes", "a")["classes"] as? [String] == ["9", "10"])
        #expect(try row("classes", "b")["classes"] as? [String] == ["x", "y"])
        // Rows of weight 0 are rows, and a wrong weight is an error, from statistics as from rows.
        for table in ["merged", "side_by_side"] {
          let a = try row(table, "a")
          #expect(a["rows"] as? Int == 40 && a["train_rows"] as? Int == 40)
          #expect(((a["intercept"] as? Double ?? 0) - 0.5).magnitude < 1e-9)
          let b = try row(table, "b")
          #expect(b["rows"] as? Int == 40 && b["intercept"] is NSNull)
          #expect((b["error"] as? String)?.contains("the weight -1.0 is none") == true)
        }
        // A key may be a feature and have the name of a column of results.
        #expect(try cluster.folder.rows("scored").count == 80)
        #expect(run.stderr.contains("40 rows found no model of their key"), "\(run.stderr)")
        let byX = try cluster.folder.rows("by_x")
        #expect(byX.count == 7 && byX.allSatisfy { $0["params"] is String })
      }
    }
  }
}
