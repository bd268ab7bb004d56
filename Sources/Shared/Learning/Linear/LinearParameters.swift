/// Spark's parameters that several linear learners have alike.
extension Parameter {
  static let elasticNetParam = Parameter(
    "elasticNetParam", .double(0...1), default: .double(0),
    documentation: "the share of the L1 penalty; the rest is L2")

  static let fitIntercept = Parameter(
    "fitIntercept", .boolean, default: .boolean(true),
    documentation: "whether the model has an intercept (of several classes, one each)")

  static let regParam = Parameter(
    "regParam", .double(0 ... .infinity), default: .double(0),
    documentation: "the weight of the penalty; 0 for none")

  static let standardization = Parameter(
    "standardization", .boolean, default: .boolean(true),
    documentation: "whether the penalty is on coefficients of features scaled to unit deviation")
}
