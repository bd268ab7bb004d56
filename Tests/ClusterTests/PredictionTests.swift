import Foundation
import Testing

extension ClusterTests {
  /// Models that one table trains, or that files hold, and the rows of another.
  @Suite struct PredictionTests {
    /// y = 2x + 1 in a, -x in b with a class that is its sign, and no more than a row of c.
    private func writeRows(to folder: TemporaryFolder) throws {
      let rows = (0..<60).map { row -> String in
        let x = Double(row % 30) - 14
        return row < 30
          ? "a,\(x),red,\(2 * x + 1),\(x > 0 ? "up" : "down")\n"
          : "b,\(x),\(row % 2 == 0 ? "red" : "blue"),\(-x),\(x > 0 ? "down" : "up")\n"
      }
      try folder.write("rows.csv", "g,x,color,y,direction\n" + rows.joined() + "c,1,red,5,up\n")
      try folder.write(
        "new.csv", "g,x,color,note\na,100,red,first\nd,1,red,\nb,10,green,x\na,,red,z\nc,1,red,q\n")
    }

    private let models = """
      tables:
        rows: {read: {path: rows.csv, partitions: 3}}
        new: {read: new.csv}
        lines:
          from: rows
          group_by: g
          train: {learner: LinearRegression, label: y, features: x}

      """

    @Test func rowsFindTheModelsOfTheirKey() async throws {
      try await withCluster(executors: 1) { cluster in
        try writeRows(to: cluster.folder)
        func job(_ output: String) -> String {
          models + """
              scored: {predict: {models: lines, rows: new, explain: shap}}
            outputs:
              lines: {write: \(output)/lines, format: parquet}
              scored: {write: \(output)/scored, format: json}
            """
        }
        let one = try await cluster.run(
          "submit", cluster.folder.write("one.yaml", job("one")))
        try #require(one.code == 0, "\(one.stderr)")
        // The key d, and c, whose only row was not enough for a model.
        #expect(one.stderr.contains("2 rows found no model of their key"), "\(one.stderr)")
        let rows = try cluster.folder.rows("one/scored")
        #expect(rows.count == 5)
        func prediction(_ key: String, _ x: Double?) -> Double? {
          rows.first { $0["g"] as? String == key && $0["x"] as? Double == x }?["prediction"]
            as? Double
        }
        #expect(((prediction("a", 100) ?? 0) - 201).magnitude < 1e-9)
        #expect(((prediction("b", 10) ?? 0) + 10).magnitude < 1e-9)
        #expect(
          prediction("a", nil) == nil && prediction("c", 1) == nil && prediction("d", 1) == nil)
        let explained = try #require(rows.first { $0["note"] as? String == "first" })
        let shap = try #require(explained["shap_values"] as? [Double])
        let expected = try #require(explained["expected_value"] as? [Double])
        #expect((shap[0] + expected[0] - 201).magnitude < 1e-9)

        // The models that the first job left, on more executors.
        try await cluster.addExecutors(2)
        let two = try await cluster.run(
          "submit",
          cluster.folder.write(
            "two.yaml",
            """
            tables:
              new: {read: new.csv}
              scored: {predict: {models: one/lines, rows: new, explain: shap}}
            outputs:
              scored: {write: two/scored, format: json}
            """))
        try #require(two.code == 0, "\(two.stderr)")
        #expect(
          try cluster.folder.contents("two/scored") == cluster.folder.contents("one/scored"))
      }
    }

    @Test func classesAndCategoriesAreThoseOfTheTraining() async throws {
      try await withCluster(executors: 2) { cluster in
        try writeRows(to: cluster.folder)
        let run = try await cluster.run(
          "submit",
          cluster.folder.write(
            "classes.yaml",
            """
            tables:
              rows: {read: {path: rows.csv, partitions: 3}}
              new: {read: new.csv}
              classes:
                from: rows
                where: g <> 'c'
                group_by: g
                train:
                  learner: [DecisionTreeClassifier, {LogisticRegression: {regParam: 0.01}}]
                  label: direction
                  features: [x, color]
                  categorical: color
                  impute: mean
                  folds: 3
                  keep: best
                  by: cv_accuracy
              scored: {predict: {models: classes, rows: new}}
            outputs:
              classes: {write: classes, format: json}
              scored: {write: scored, format: json}
            """))
        try #require(run.code == 0, "\(run.stderr)")
        let trained = try cluster.folder.rows("classes")
        #expect(trained.count == 2)
        for model in trained {
          #expect(model["classes"] as? [String] == ["down", "up"])
          #expect((model["cv_accuracy"] as? Double ?? 0) > 0.8)
        }
        let rows = try cluster.folder.rows("scored")
        func row(_ key: String, _ x: Double?) -> [String: Any]? {
          rows.first { $0["g"] as? String == key && $0["x"] as? Double == x }
        }
        #expect(row("a", 100)?["prediction"] as? String == "up")
        // Green is a color that training has not seen.
        #expect(row("b", 10)?["prediction"] as? String == "down")
        let probability = try #require(row("b", 10)?["probability"] as? [Double])
        #expect(probability.count == 2 && probability[0] > 0.5)
        // The null in a row of a is the mean.
        #expect(row("a", nil)?["prediction"] is String)
        #expect(row("d", 1)?["prediction"] is NSNull || row("d", 1)?["prediction"] == nil)
      }
    }

    @Test func severalModelsOfAKeyAreRefused() async throws {
      try await withCluster(executors: 1) { cluster in
        try writeRows(to: cluster.folder)
        let run = try await cluster.run(
          "submit",
          cluster.folder.write(
            "several.yaml",
            """
            tables:
              rows: {read: rows.csv}
              lines:
                from: rows
                group_by: g
                train: {learner: [LinearRegression, DecisionTreeRegressor], label: y, features: x}
              scored: {predict: {models: lines, rows: rows}}
            outputs:
              scored: {show: 3}
            """))
        #expect(run.code == 1)
        #expect(
          run.stderr.contains("the key ('a') has several models: say `keep: best`"), "\(run.stderr)"
        )
      }
    }

    @Test func forecastsGoOnWhereTheirSeriesEnd() async throws {
      try await withCluster(executors: 2) { cluster in
        let days = (0..<40).map { day in
          // Shuffled: the job sorts by time.
          let time = day * 17 % 40
          return "s,\(time),\(10 * (time % 4) + 1)\nt,\(time),\(time % 4)\n"
        }
        try cluster.folder.write("series.csv", "k,time,y\n" + days.joined())
        try cluster.folder.write("next.csv", "k,day\ns,40\nt,40\ns,41\ns,42\nt,41\n")
        let run = try await cluster.run(
          "submit",
          cluster.folder.write(
            "forecast.yaml",
            """
            tables:
              series: {read: {path: series.csv, partitions: 2}}
              next: {read: next.csv}
              forecasts:
                from: series
                group_by: k
                train: {learner: SeasonalNaive, label: y, time: time, horizon: 5, season: 4, test_fraction: 0.1}
              scored: {predict: {models: forecasts, rows: next}}
            outputs:
              forecasts: {write: forecasts, format: json}
              scored: {write: scored, format: json}
            """))
        try #require(run.code == 0, "\(run.stderr)")
        let forecasts = try cluster.folder.rows("forecasts")
        let s = try #require(forecasts.first { $0["k"] as? String == "s" })
        #expect(s["forecast"] as? [Double] == [1, 11, 21, 31, 1])
        #expect(s["test_rows"] as? Int == 4 && s["test_mae"] as? Double == 0)
        let scored = try cluster.folder.rows("scored")
        let next = scored.filter { $0["k"] as? String == "s" }.compactMap {
          $0["prediction"] as? Double
        }
        #expect(next == [1, 11, 21])
      }
    }
  }
}
