import Foundation
import Learning
import Testing

/// What is computed eight rows at a time, beside the same one row after the other: of every number of rows around the lanes,
/// with weights and without.
@Suite struct PlainReferenceTests {
  private static let rowCounts = Array(1...17) + [63, 64, 65, 255, 256, 257, 600]

  private struct Rows {
    let features: [[Double]]
    let label: [Double]
    let weights: [Double]?
    let predictions: [Double]

    init(_ count: Int, features featureCount: Int = 3, classes: Int = 2, weighted: Bool) {
      var generator = SeededGenerator(state: UInt64(1000 * count + featureCount + classes))
      func numbers() -> [Double] {
        (0..<count).map { _ in .random(in: -2...2, using: &generator) }
      }
      features = (0..<featureCount).map { _ in numbers() }
      label = (0..<count).map { _ in Double(Int.random(in: 0..<classes, using: &generator)) }
      weights =
        weighted ? (0..<count).map { _ in Double(Int.random(in: 0...3, using: &generator)) } : nil
      predictions = numbers()
    }

    func weight(_ row: Int) -> Double { weights?[row] ?? 1 }

    var weightSum: Double { label.indices.reduce(0) { $0 + weight($1) } }
  }

  private func isNear(_ one: Double, _ other: Double, _ tolerance: Double = 1e-12) -> Bool {
    (one - other).magnitude <= tolerance * max(1, one.magnitude, other.magnitude)
  }

  @Test(arguments: rowCounts, [false, true])
  func regressionErrors(count: Int, weighted: Bool) {
    let rows = Rows(count, weighted: weighted)
    let labels = rows.features[0]
    let errors = (rows.weights ?? [1]).withUnsafeBufferPointer {
      RegressionErrors(
        predictions: rows.predictions, labels: labels, count: count,
        weights: rows.weights == nil ? nil : $0.baseAddress)
    }
    guard rows.weightSum > 0 else { return #expect(errors.count == 0) }
    let mean =
      labels.indices.reduce(0) { $0 + rows.weight($1) * labels[$1] } / rows.weightSum
    var sums = [Double](repeating: 0, count: 6)
    for row in labels.indices {
      let (label, prediction, weight) = (labels[row], rows.predictions[row], rows.weight(row))
      let error = (label - prediction).magnitude
      sums[0] += weight * error * error
      sums[1] += weight * (label - mean) * (label - mean)
      sums[2] += weight * (prediction - mean) * (prediction - mean)
      sums[3] += weight * error
      sums[4] += weight * error / label.magnitude
      sums[5] += weight * 2 * error / (label.magnitude + prediction.magnitude)
    }
    let found = [
      errors.squaredErrors, errors.squaredDeviations, errors.explainedSquares,
      errors.absoluteErrors, errors.relativeErrors, errors.symmetricErrors,
    ]
    for (found, expected) in zip(found, sums) { #expect(isNear(found, expected)) }
    #expect(errors.count == Int64(labels.indices.count { rows.weight($0) > 0 }))
    #expect(errors.weightSum == rows.weightSum)
  }

  /// Two classes have sums of their own, three have not.
  @Test(arguments: rowCounts, [false, true])
  func classificationErrors(count: Int, weighted: Bool) {
    for classes in 2...3 {
      let rows = Rows(count, features: classes, classes: classes, weighted: weighted)
      // A row of probabilities each.
      let probabilities = rows.label.indices.map { row in
        let values = rows.features.map { exp($0[row]) }
        return values.map { $0 / values.reduce(0, +) }
      }
      var evaluator = PredictionEvaluator(
        kind: .classification, metrics: [.accuracy, .f1, .logLoss])
      let errors = withExamples(
        [], rows.label, weights: rows.weights, classCount: classes
      ) {
        evaluator.errors(
          of: probabilities.flatMap { $0 }, output: .probabilities(classes), examples: $0)
      }
      guard rows.weightSum > 0 else {
        #expect(errors.value(of: .accuracy) == nil)
        continue
      }
      var (hits, losses) = (0.0, 0.0)
      var actual = [Double](repeating: 0, count: classes)
      var (predicted, correct) = (actual, actual)
      for row in rows.label.indices {
        let (label, weight) = (Int(rows.label[row]), rows.weight(row))
        let best = probabilities[row].max()
        let choice = probabilities[row].firstIndex { $0 == best } ?? 0
        losses -= weight * log(probabilities[row][label])
        actual[label] += weight
        predicted[choice] += weight
        if choice == label {
          hits += weight
          correct[label] += weight
        }
      }
      let f1 = (0..<classes).filter { actual[$0] > 0 }.reduce(0.0) {
        $0 + actual[$1] / rows.weightSum * 2 * correct[$1] / (actual[$1] + predicted[$1])
      }
      #expect(isNear(errors.value(of: .accuracy) ?? .nan, hits / rows.weightSum))
      #expect(isNear(errors.value(of: .f1) ?? .nan, f1))
      #expect(isNear(errors.value(of: .logLoss) ?? .nan, losses / rows.weightSum))
    }
  }

  /// Pairs of a positive and a negative example in order, those of equal scores half.
  @Test(arguments: rowCounts)
  func areasUnderROC(count: Int) throws {
    let rows = Rows(count, weighted: false)
    // Few scores, so that many are equal.
    let scores = rows.predictions.map { (2 * $0).rounded() / 10 + 0.5 }
    var evaluator = PredictionEvaluator(kind: .classification, metrics: [.areaUnderROC])
    let errors = withExamples([], rows.label, weights: nil, classCount: 2) {
      evaluator.errors(
        of: scores.flatMap { [1 - $0, $0] }, output: .probabilities(2), examples: $0)
    }
    var (pairs, ordered) = (0.0, 0.0)
    for positive in 0..<count where rows.label[positive] == 1 {
      for negative in 0..<count where rows.label[negative] == 0 {
        pairs += 1
        if scores[positive] > scores[negative] { ordered += 1 }
        if scores[positive] == scores[negative] { ordered += 0.5 }
      }
    }
    let found = errors.value(of: .areaUnderROC)
    if pairs == 0 { #expect(found == nil) } else { #expect(isNear(found ?? .nan, ordered / pairs)) }
  }

  /// Few clusters are summed up by lanes, many one row after the other.
  @Test(arguments: [7, 40, 257], [2, 3, 12])
  func clusteringErrors(count: Int, clusters: Int) throws {
    for weighted in [false, true] {
      let rows = Rows(count, classes: clusters, weighted: weighted)
      var evaluator = PredictionEvaluator(kind: .clustering, metrics: [.silhouette, .inertia])
      let errors = withExamples(
        rows.features, rows.label, weights: rows.weights, classCount: 0
      ) { evaluator.errors(of: rows.label, output: .cluster(of: clusters), examples: $0) }
      func distance(_ row: Int, _ point: [Double]) -> Double {
        zip(rows.features, point).reduce(0) { $0 + ($1.0[row] - $1.1) * ($1.0[row] - $1.1) }
      }
      let members = (0..<clusters).map { cluster in
        (0..<count).filter { rows.label[$0] == Double(cluster) && rows.weight($0) > 0 }
      }
      let weights = members.map { $0.reduce(0) { $0 + rows.weight($1) } }
      let means = zip(members, weights).map { members, weight in
        rows.features.map { column in
          members.reduce(0) { $0 + rows.weight($1) * column[$1] } / weight
        }
      }
      var spreads = [Double](repeating: 0, count: clusters)
      for (cluster, members) in members.enumerated() {
        for row in members {
          spreads[cluster] += rows.weight(row) * distance(row, means[cluster])
        }
      }
      #expect(isNear(errors.value(of: .inertia) ?? .nan, spreads.reduce(0, +)))
      var silhouette = 0.0
      for (own, members) in members.enumerated() {
        for row in members where weights[own] > rows.weight(row) {
          func mean(_ cluster: Int) -> Double {
            distance(row, means[cluster]) + spreads[cluster] / weights[cluster]
          }
          let inside = mean(own) * weights[own] / (weights[own] - rows.weight(row))
          let others = (0..<clusters).filter { $0 != own && weights[$0] > 0 }.map(mean)
          guard let nearest = others.min() else { continue }
          silhouette += rows.weight(row) * (nearest - inside) / max(nearest, inside)
        }
      }
      if weights.count(where: { $0 > 0 }) > 1 {
        #expect(
          isNear(errors.value(of: .silhouette) ?? .nan, silhouette / weights.reduce(0, +)))
      }
    }
  }

  /// Of up to eight classes sums are made by lanes, of more one row after the other.
  @Test(arguments: [30, 257], [2, 3, 8, 9])
  func normalDistributionsOfClasses(count: Int, classes: Int) throws {
    for weighted in [false, true] {
      let rows = Rows(count, classes: classes, weighted: weighted)
      let model = try fitModel(
        "NaiveBayes", ["modelType": .string("gaussian")], rows.features, rows.label,
        weights: rows.weights, classCount: classes)
      let found = predictions(model, rows.features)
      var largest = 0.0
      var logs = [[Double]](repeating: Array(repeating: 0, count: classes), count: count)
      let deviations = rows.features.map { column in
        let mean = (0..<count).reduce(0) { $0 + rows.weight($1) * column[$1] } / rows.weightSum
        return (0..<count).reduce(0) {
          $0 + rows.weight($1) * (column[$1] - mean) * (column[$1] - mean)
        } / rows.weightSum
      }
      largest = deviations.max() ?? 0
      for index in 0..<classes {
        let members = (0..<count).filter { rows.label[$0] == Double(index) }
        let weight = members.reduce(0) { $0 + rows.weight($1) }
        for row in 0..<count { logs[row][index] = log(weight / rows.weightSum) }
        guard weight > 0 else { continue }
        for column in rows.features {
          let mean = members.reduce(0) { $0 + rows.weight($1) * column[$1] } / weight
          let squares = members.reduce(0) {
            $0 + rows.weight($1) * (column[$1] - mean) * (column[$1] - mean)
          }
          let variance = squares / weight + 1e-9 * largest
          for row in 0..<count {
            let distance = column[row] - mean
            logs[row][index] -= 0.5 * (distance * distance / variance + log(variance))
          }
        }
      }
      for row in 0..<count {
        let top = logs[row].max() ?? 0
        let sum = logs[row].reduce(0) { $0 + exp($1 - top) }
        for index in 0..<classes {
          let expected = exp(logs[row][index] - top) / sum
          #expect(isNear(found[row * classes + index], expected, 1e-9))
        }
      }
    }
  }

  /// Neither in the sums of classes nor in those of clusters.
  @Test func infiniteValuesOfRowsWithoutWeightHaveNoSay() throws {
    let features = [[1, 2, 3, .infinity, 5, 6.0], [2, 1, 2, 1, 2, 3.0]]
    let label = [0, 1, 0, 1, 1, 0.0]
    let weights = [1, 1, 2, 0, 1, 1.0]
    let kept = [0, 1, 2, 4, 5]
    func reduced(_ values: [Double]) -> [Double] { kept.map { values[$0] } }
    let parameters = ["modelType": ParameterValue.string("gaussian")]
    let all = try fitModel(
      "NaiveBayes", parameters, features, label, weights: weights, classCount: 2)
    let some = try fitModel(
      "NaiveBayes", parameters, features.map(reduced), reduced(label), weights: reduced(weights),
      classCount: 2)
    let rows = features.map(reduced)
    for (one, other) in zip(predictions(all, rows), predictions(some, rows)) {
      #expect(isNear(one, other))
    }
    var evaluator = PredictionEvaluator(kind: .clustering, metrics: [.silhouette, .inertia])
    let errors = withExamples(features, label, weights: weights, classCount: 0) {
      evaluator.errors(of: label, output: .cluster(of: 2), examples: $0)
    }
    let expected = withExamples(rows, reduced(label), weights: reduced(weights), classCount: 0) {
      evaluator.errors(of: reduced(label), output: .cluster(of: 2), examples: $0)
    }
    for metric in [Metric.silhouette, .inertia] {
      #expect(
        isNear(errors.value(of: metric) ?? .nan, expected.value(of: metric) ?? -.infinity))
    }
  }

  /// Products of all pairs of columns, of numbers of columns that do not fill the kernel's tiles and of several blocks of rows.
  @Test(arguments: 1...14, [8, 104, 256, 264, 600])
  func weightedProductsOfColumns(columnCount: Int, rowCount: Int) {
    let rows = Rows(rowCount, features: columnCount + 1, weighted: false)
    let weights = rows.features[columnCount]
    let columns = rows.features.prefix(columnCount).flatMap { $0 }
    // Wider than the columns, to see that nothing else is written.
    let outputStride = columnCount + 2
    var found = [Double](repeating: 7, count: columnCount * outputStride)
    var scratch = [Double](repeating: .nan, count: ColumnKernels.gramScratch)
    found.withUnsafeMutableBufferPointer { found in
      scratch.withUnsafeMutableBufferPointer { scratch in
        ColumnKernels.weightedGram(
          columns, stride: rowCount, columnCount: columnCount, weights: weights, rows: rowCount,
          into: found.baseAddress!, outputStride: outputStride, scratch: scratch.baseAddress!)
      }
    }
    for first in 0..<columnCount {
      for second in 0..<outputStride {
        guard second < columnCount else {
          #expect(found[first * outputStride + second] == 7)
          continue
        }
        let expected = (0..<rowCount).reduce(0) {
          $0 + weights[$1] * rows.features[first][$1] * rows.features[second][$1]
        }
        #expect(isNear(found[first * outputStride + second], expected, 1e-11))
      }
    }
  }

  /// Rows are merged or sorted by their bytes; features are often equal.
  @Test(arguments: rowCounts + [511, 512, 513], [false, true])
  func isotonicRegressions(count: Int, weighted: Bool) throws {
    let rows = Rows(count, weighted: weighted)
    guard rows.weightSum > 0 else { return }
    let feature = rows.features[0].map { ($0 * 20).rounded() / 20 }
    let labels = zip(feature, rows.features[1]).map { $0 + $1 }
    let model = try fitModel("IsotonicRegression", [:], [feature], labels, weights: rows.weights)
    // Least squares over all ways to pool: the largest of the smallest means of stretches around a value.
    let values = Set(feature.indices.filter { rows.weight($0) > 0 }.map { feature[$0] }).sorted()
    let totals = values.map { value in
      feature.indices.filter { feature[$0] == value }.reduce(into: (weight: 0.0, sum: 0.0)) {
        $0.weight += rows.weight($1)
        $0.sum += rows.weight($1) * labels[$1]
      }
    }
    let found = predictions(model, [values])
    for place in values.indices {
      var largest = -Double.infinity
      for first in 0...place {
        var smallest = Double.infinity
        var (weight, sum) = (0.0, 0.0)
        for last in first..<values.count {
          weight += totals[last].weight
          sum += totals[last].sum
          if last >= place { smallest = min(smallest, sum / weight) }
        }
        largest = max(largest, smallest)
      }
      #expect(isNear(found[place], largest, 1e-10))
    }
  }

  /// A row's prediction does not depend on those that it stands among.
  @Test(arguments: ["NaiveBayes", "LogisticRegression", "GeneralizedLinearRegression", "KMeans"])
  func predictionsDoNotDependOnTheirNeighbours(learner: String) throws {
    let rows = Rows(100, weighted: false)
    var parameters: [String: ParameterValue] = [:]
    if learner == "NaiveBayes" { parameters["modelType"] = .string("gaussian") }
    if learner == "GeneralizedLinearRegression" { parameters["family"] = .string("poisson") }
    let model = try fitModel(learner, parameters, rows.features, rows.label, classCount: 2)
    let together = predictions(model, rows.features)
    let width = model.output.width
    for row in 0..<100 {
      let alone = predictions(model, rows.features.map { [$0[row]] })
      #expect(alone == Array(together[row * width..<(row + 1) * width]))
      let beside = predictions(model, rows.features.map { [.infinity, $0[row]] })
      #expect(Array(beside.suffix(width)) == alone)
    }
  }
}
