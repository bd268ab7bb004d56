/// Generalised linear models by iteratively reweighted least squares: Spark's `GeneralizedLinearRegression`.
///
/// The penalty is Spark's: at the solution, with the working weights u of the last iteration,
/// X' diag(u) (z - X w) = regParam (sum of u) w, the intercept left out; for the gaussian family with the identity link that of
/// `LinearRegression`.
package struct GeneralizedLinearRegression: Learner {
  package static let name = "GeneralizedLinearRegression"
  package static let documentation =
    "generalised linear model (gaussian, binomial, poisson, gamma, tweedie)"
  package static let kind = LearnerKind.regression
  package static let parameters = [
    Parameter(
      "family", .string(["gaussian", "binomial", "poisson", "gamma", "tweedie"]),
      default: .string("gaussian"), documentation: "the distribution of the label around its mean"),
    .fitIntercept,
    Parameter(
      "link",
      .string([
        "auto", "identity", "log", "inverse", "logit", "probit", "cloglog", "sqrt", "power",
      ]),
      default: .string("auto"),
      documentation:
        "what of the mean is linear; auto is the family's own link, of tweedie the power 1 - variancePower"
    ),
    Parameter(
      "linkPower", .double(-.infinity ... .infinity), default: .double(0),
      documentation: "the exponent of link power, which is for tweedie; 0 is the logarithm"),
    Parameter(
      "maxIter", .integer(0...Int64(Int32.max)), default: .integer(25),
      documentation: "the most iterations"),
    .regParam,
    Parameter(
      "tol", .double(0 ... .infinity), default: .double(1e-6),
      documentation:
        "an iteration that moves no scaled coefficient by more than this share of the largest is the last"
    ),
    Parameter(
      "variancePower", .double(0 ... .infinity), default: .double(0),
      documentation: "tweedie's: the variance is this power of the mean; 0, or at least 1"),
  ]

  package let family: GeneralizedLinearFamily
  package let link: LinkFunction
  package let regParam: Double
  package let fitIntercept: Bool
  let limits: OptimiserLimits

  package init(_ parameters: ParameterSet) throws(ParameterError) {
    family = try Self.family(parameters)
    link = try Self.link(parameters, family)
    regParam = parameters.double("regParam")
    fitIntercept = parameters.boolean("fitIntercept")
    limits = OptimiserLimits(parameters)
  }

  private static func family(
    _ parameters: ParameterSet
  ) throws(ParameterError) -> GeneralizedLinearFamily {
    switch parameters.string("family") {
    case "binomial": return .binomial
    case "poisson": return .poisson
    case "gamma": return .gamma
    case "tweedie":
      let power = parameters.double("variancePower")
      guard power == 0 || power >= 1 else {
        throw .unsupported(
          learner: name, name: "variancePower", value: .double(power),
          supported: "no distribution has a power between 0 and 1; take 0 or at least 1")
      }
      return .tweedie(variancePower: power)
    default: return .gaussian
    }
  }

  private static func link(
    _ parameters: ParameterSet, _ family: GeneralizedLinearFamily
  ) throws(ParameterError) -> LinkFunction {
    let word = parameters.string("link")
    let links: [(String, LinkFunction)] =
      switch family {
      case .gaussian: [("identity", .identity), ("log", .log), ("inverse", .inverse)]
      case .binomial: [("logit", .logit), ("probit", .probit), ("cloglog", .cloglog)]
      case .poisson: [("log", .log), ("identity", .identity), ("sqrt", .sqrt)]
      case .gamma: [("inverse", .inverse), ("identity", .identity), ("log", .log)]
      case .tweedie:
        [
          ("power", LinkFunction(power: parameters.double("linkPower"))), ("identity", .identity),
          ("log", .log), ("inverse", .inverse), ("sqrt", .sqrt),
        ]
      }
    if word == "auto" { return family.defaultLink }
    for (name, link) in links where name == word { return link }
    throw .unsupported(
      learner: name, name: "link", value: .string(word),
      supported: "family \(parameters.string("family")) has "
        + links.map(\.0).joined(separator: ", "))
  }

  package func makeTrainer(featureCount: Int, seed: Int64) -> any Trainer {
    GeneralizedLinearTrainer(self, featureCount: featureCount)
  }
}
