/// What a learner made of a group: a value that predicts, is stored and is read again.
package protocol Model: Sendable {
  /// What its bytes begin with.
  static var form: ModelForm { get }

  /// What `predict` writes.
  var output: ModelOutput { get }

  /// The number of features that it was trained on, which `predict` is given in the same order.
  var featureCount: Int { get }

  /// Writes `output.width` doubles for each example, row after row; label and weights are not looked at.
  ///
  /// Features are what training may see (infinities, too, but no NaN). A category that was not there in training may
  /// have any value outside of 0..<count.
  func predict(_ examples: Examples, into predictions: UnsafeMutablePointer<Double>)

  /// Appends all that `init(from:)` needs.
  func write(to writer: inout ModelWriter)

  /// Reads what `write` wrote, in this version or an earlier one. Bytes come from anybody: what they say is checked
  /// so far that `predict` cannot trap on it, whatever it is given.
  init(from reader: inout ModelReader) throws(ModelFormatError)
}

/// What the predictions of a model are.
package enum ModelOutput: Hashable, Sendable {
  /// A number.
  case value
  /// A probability for each of so many classes or clusters, in their order; they sum to 1.
  case probabilities(Int)
  /// A score for each of so many classes, the larger the likelier; no probabilities.
  case scores(Int)
  /// The index of a cluster, of so many.
  case cluster(of: Int)

  /// The number of classes or clusters; 0 for a number.
  package var count: Int {
    switch self {
    case .value: 0
    case .probabilities(let count), .scores(let count), .cluster(let count): count
    }
  }

  /// Doubles for each example.
  package var width: Int {
    switch self {
    case .value, .cluster: 1
    case .probabilities(let count), .scores(let count): count
    }
  }
}

/// The forms that a model's bytes have: a number that never gets another meaning.
package enum ModelForm: UInt8, Hashable, Sendable, CaseIterable {
  case linear = 1
  case generalizedLinear = 2
  case logistic = 3
  case linearSupportVector = 4
  case naiveBayes = 5
  case isotonic = 6
  case decisionTree = 7
  case treeEnsemble = 8
  case kMeans = 9
  case bisectingKMeans = 10
  case gaussianMixture = 11
  case seasonalNaive = 12
  case exponentialSmoothing = 13
}
