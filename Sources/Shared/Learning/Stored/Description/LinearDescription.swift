import Glibc

extension LinearModel: DescribedModel {
  func lines(_ names: ModelNames) -> [String] {
    ["prediction = intercept + sum of coefficient * feature", ""]
      + table(names, heading: "coefficient")
  }

  /// The intercept and the coefficient of each column, with its mean in training where that is known.
  fileprivate func table(_ names: ModelNames, heading: String) -> [String] {
    var table = TextTable(
      ["feature", heading] + (featureMeans.isEmpty ? [] : ["mean in training"]))
    table.append([.text("(intercept)"), .number(intercept)])
    for (column, name) in names.columns.enumerated() {
      let row: [TextTable.Cell] = [.text(name), .number(coefficients[column])]
      table.append(featureMeans.isEmpty ? row : row + [.number(featureMeans[column])])
    }
    return table.lines
  }
}

extension GeneralizedLinearModel: DescribedModel {
  func lines(_ names: ModelNames) -> [String] {
    ["\(link.words) = intercept + sum of coefficient * feature", ""]
      + linear.table(names, heading: "coefficient")
  }
}

extension LinkFunction {
  /// The link of a prediction.
  fileprivate var words: String {
    switch self {
    case .identity: "prediction"
    case .log: "log(prediction)"
    case .inverse: "1 / prediction"
    case .logit: "log(prediction / (1 - prediction))"
    case .probit: "normal quantile of prediction"
    case .cloglog: "log(-log(1 - prediction))"
    case .sqrt: "square root of prediction"
    case .power(let power): "prediction ^ \(power.short)"
    }
  }
}

extension LogisticModel: DescribedModel {
  func lines(_ names: ModelNames) -> [String] {
    if intercepts.isEmpty { return ["one class, which has the probability 1"] }
    if intercepts.count == 1 {
      return ["log odds of \(names.classes[1]) = intercept + sum of coefficient * feature", ""]
        + linearFunctions[0].table(names, heading: "coefficient")
    }
    return [
      "score of a class = intercept + sum of coefficient * feature; probabilities are the softmax of scores",
      "",
    ]
      + TextTable.matrix("feature", rows: ["(intercept)"] + names.columns, columns: names.classes) {
        row, index in
        row == 0 ? intercepts[index] : coefficients[index * featureCount + row - 1]
      }
  }
}

extension LinearSupportVectorModel: DescribedModel {
  func lines(_ names: ModelNames) -> [String] {
    if classCount == 1 { return ["one class only"] }
    return [
      "score = intercept + sum of coefficient * feature; \(names.classes[1]) where it is above \(threshold.short)",
      "",
    ] + linear.table(names, heading: "coefficient")
  }
}

extension NaiveBayesModel: DescribedModel {
  func lines(_ names: ModelNames) -> [String] {
    var lines = ["\(modelType.rawValue) features", ""]
    // Complements are compared without priors.
    if modelType != .complement {
      var table = TextTable(["class", "prior probability"])
      for (index, name) in names.classes.enumerated() {
        table.append([.text(name), .number(exp(logPrior(index)))])
      }
      lines += table.lines + [""]
    }
    func matrix(_ title: String, _ values: [Double], _ shown: (Double) -> Double) -> [String] {
      TextTable.matrix(title, rows: names.columns, columns: names.classes) {
        shown(values[$1 * featureCount + $0])
      }
    }
    switch modelType {
    case .multinomial: lines += matrix("share within the class", first) { exp($0) }
    case .complement: lines += matrix("weight within the class", first) { $0 }
    case .bernoulli: lines += matrix("probability of 1", first) { 1 / (1 + exp(-$0)) }
    case .gaussian:
      lines += matrix("mean", first) { $0 } + [""]
      lines += matrix("deviation", second) { $0.squareRoot() }
    }
    return lines
  }

  private func logPrior(_ index: Int) -> Double {
    guard modelType == .bernoulli else { return priors[index] }
    // The probability of zeros, which training has put into the prior: a one's logarithm less a zero's is in `first`.
    var value = priors[index]
    for difference in first[index * featureCount..<(index + 1) * featureCount] {
      value += max(difference, 0) + log1p(exp(-difference.magnitude))
    }
    return value
  }
}

extension IsotonicModel: DescribedModel {
  func lines(_ names: ModelNames) -> [String] {
    // A group of no features has no points.
    let name = featureIndex < names.columns.count ? names.columns[featureIndex] : "feature"
    var table = TextTable([name, "prediction"])
    for (boundary, prediction) in zip(boundaries, predictions) {
      table.append([.number(boundary), .number(prediction)])
    }
    return ["linear between \(boundaries.count) points of \(name), constant beyond them", ""]
      + table.lines
  }
}
