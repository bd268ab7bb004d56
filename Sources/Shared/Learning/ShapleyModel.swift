/// A model that can say what each feature adds to a prediction: its Shapley value (Shapley, "A value for n-person
/// games", 1953; Lundberg, Lee: "A unified approach to interpreting model predictions", 2017). Trees and linear models.
package protocol ShapleyModel: Model {
  /// The number of outputs that are explained: 1 for a number or a score, else one a class; 0 where there is nothing
  /// to explain.
  var explainedOutputCount: Int { get }

  /// Each output's mean over the training examples: what is expected where no feature is known.
  var expectedValues: [Double] { get }

  /// Writes the values of example 0: of its first output for each feature, of its second, and so on; then those of
  /// example 1. With the expected value, the values of an output sum to the output.
  func shapleyValues(_ examples: Examples, into values: UnsafeMutablePointer<Double>)
}
