import Glibc

/// Trains logistic regressions: by Newton's method while its matrix is small, else by OWL-QN.
final class LogisticTrainer: Trainer {
  /// From so many parameters on, a matrix of second derivatives costs more than it saves.
  private static let mostParametersOfNewton = 160

  private let learner: LogisticRegression
  private var design: Design
  private var memory = WorkingMemory<Double>()
  private var trained: LogisticModel

  init(_ learner: LogisticRegression, featureCount: Int) {
    self.learner = learner
    design = Design(
      featureCount: featureCount, hasIntercept: learner.fitIntercept, variance: .sample)
    trained = LogisticModel(featureCount: featureCount)
  }

  var model: any Model { trained }

  /// The margin of class 1; nil where each class has one.
  var linearModel: LinearModel? {
    trained.intercepts.count == 1 ? trained.linearFunctions[0] : nil
  }

  func fit(_ examples: Examples) throws(TrainingError) {
    trained = LogisticModel(featureCount: design.featureCount)
    let classCount = examples.classCount
    let isMultinomial =
      switch learner.family {
      case .auto: classCount > 2
      case .binomial: false
      case .multinomial: true
      }
    if classCount > 2, !isMultinomial { throw .tooManyClasses(count: classCount, allowed: 2) }
    try design.load(examples)
    try design.checkLabels(classCount: classCount)
    if classCount == 1 { return }
    if isMultinomial {
      try fitMultinomial(classCount: classCount)
    } else {
      try fitBinomial()
    }
  }

  private func fitBinomial() throws(TrainingError) {
    let dimension = design.columnCount
    var pieces = MemoryPieces(
      memory.reserve(
        3 * dimension + BinomialLikelihood.memoryNeeded(stride: design.stride)
          + Self.optimiserMemory(dimension: dimension)))
    let parameters = pieces.take(dimension)
    let penalty = penalty(&pieces, repeats: 1)
    for index in 0..<dimension { parameters[index] = 0 }
    if design.hasIntercept {
      let share = ColumnKernels.dot(design.labels, design.weights, count: design.stride)
      parameters[dimension - 1] = Self.startingLogarithm(share) - Self.startingLogarithm(1 - share)
    }
    let likelihood = BinomialLikelihood(
      design, memory: pieces.take(BinomialLikelihood.memoryNeeded(stride: design.stride)))
    minimise(likelihood, penalty, parameters, &pieces)
    let linear = try design.linearModel(parameters)
    trained = LogisticModel(featureMeans: design.featureMeans(), rows: [linear])
  }

  private func fitMultinomial(classCount: Int) throws(TrainingError) {
    let columnCount = design.columnCount
    let dimension = columnCount * classCount
    let likelihoodMemory = MultinomialLikelihood.memoryNeeded(
      stride: design.stride, classCount: classCount)
    var pieces = MemoryPieces(
      memory.reserve(
        3 * dimension + likelihoodMemory + Self.optimiserMemory(dimension: dimension)))
    let parameters = pieces.take(dimension)
    let penalty = penalty(&pieces, repeats: classCount)
    startMultinomial(parameters, classCount: classCount)
    let likelihood = MultinomialLikelihood(
      design, classCount: classCount, memory: pieces.take(likelihoodMemory))
    minimise(likelihood, penalty, parameters, &pieces)
    // The softmax does not see what all classes share. As in Spark the intercepts are centred, and so are the
    // coefficients that no penalty has centred or chosen.
    let firstShared = learner.regParam > 0 ? design.activeCount : 0
    for column in firstShared..<columnCount {
      var sum = 0.0
      for index in 0..<classCount { sum += parameters[index * columnCount + column] }
      let mean = sum / Double(classCount)
      for index in 0..<classCount { parameters[index * columnCount + column] -= mean }
    }
    var rows: [LinearModel] = []
    for index in 0..<classCount {
      rows.append(try design.linearModel(parameters + index * columnCount))
    }
    if learner.fitIntercept { Self.centreIntercepts(&rows) }
    trained = LogisticModel(featureMeans: design.featureMeans(), rows: rows)
  }

  /// The intercepts of the classes' shares, the coefficients 0.
  private func startMultinomial(_ parameters: UnsafeMutablePointer<Double>, classCount: Int) {
    let columnCount = design.columnCount
    for index in 0..<columnCount * classCount { parameters[index] = 0 }
    guard design.hasIntercept else { return }
    let last = parameters + (columnCount - 1)
    for row in 0..<design.rowCount {
      last[Int(design.labels[row]) * columnCount] += design.weights[row]
    }
    for index in 0..<classCount {
      last[index * columnCount] = Self.startingLogarithm(last[index * columnCount])
    }
  }

  /// Of a class's share, which may be 0 (a class whose weights are) or a little more than 1.
  private static func startingLogarithm(_ share: Double) -> Double { log(max(share, 1e-10)) }

  /// Penalised coefficients keep what their sum adds to the intercepts in units of the features.
  private static func centreIntercepts(_ rows: inout [LinearModel]) {
    var sum = 0.0
    for row in rows { sum += row.intercept }
    for index in rows.indices { rows[index].intercept -= sum / Double(rows.count) }
  }

  /// The penalties of the columns' coefficients, `repeats` times.
  private func penalty(_ pieces: inout MemoryPieces, repeats: Int) -> ElasticNetPenalty {
    let columnCount = design.columnCount
    let absolute = pieces.take(columnCount * repeats)
    let square = pieces.take(columnCount * repeats)
    let largest = Double.greatestFiniteMagnitude
    for index in 0..<columnCount * repeats {
      let column = index % columnCount
      absolute[index] = 0
      square[index] = 0
      if column == design.activeCount { continue }
      // A coefficient of a scaled column is that of the feature times its deviation.
      let unit = learner.standardization ? 1 : design.deviations[column]
      absolute[index] = min(learner.regParam * learner.elasticNetParam / unit, largest)
      square[index] = min(
        learner.regParam * (1 - learner.elasticNetParam) / unit / unit, largest)
    }
    return ElasticNetPenalty(absolute: absolute, square: square, count: columnCount * repeats)
  }

  private static func optimiserMemory(dimension: Int) -> Int {
    dimension <= mostParametersOfNewton
      ? ProximalNewton.memoryNeeded(dimension: dimension)
      : OrthantWiseQuasiNewton.memoryNeeded(dimension: dimension)
  }

  private func minimise(
    _ likelihood: some Likelihood, _ penalty: ElasticNetPenalty,
    _ parameters: UnsafeMutablePointer<Double>, _ pieces: inout MemoryPieces
  ) {
    let dimension = likelihood.dimension
    let memory = pieces.take(Self.optimiserMemory(dimension: dimension))
    if dimension <= Self.mostParametersOfNewton {
      ProximalNewton(dimension: dimension, limits: learner.limits, memory: memory)
        .minimise(likelihood, penalty: penalty, parameters)
    } else {
      OrthantWiseQuasiNewton(dimension: dimension, limits: learner.limits, memory: memory)
        .minimise(likelihood, penalty: penalty, parameters)
    }
  }
}
