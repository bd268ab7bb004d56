/// What is known of a learner before it is made: its name, kind and parameters.
package struct LearnerDescription: Sendable {
  package let name: String
  /// One line for people.
  package let documentation: String
  package let kind: LearnerKind
  package let parameters: [Parameter]
  /// Whether statistics of parts of a group merge, so that rows need not travel.
  package let isMergeable: Bool
  /// What becomes of categories before its trainers see them.
  package let categoryEncoding: FeaturePreparation.CategoryEncoding
  private let make: @Sendable (ParameterSet) throws(ParameterError) -> any Learner

  package init<L: Learner>(_ learner: L.Type) {
    name = L.name
    documentation = L.documentation
    kind = L.kind
    parameters = L.parameters
    isMergeable = learner is any MergeableLearner.Type
    categoryEncoding = L.categoryEncoding
    make = { parameters throws(ParameterError) in try L(parameters) }
  }

  /// The metrics that a job may ask for, and those that it gets when it asks for none.
  package var metrics: [Metric] { kind.metrics }
  package var defaultMetrics: [Metric] { kind.defaultMetrics }

  package func parameter(named name: String) -> Parameter? {
    parameters.first { $0.name == name }
  }

  /// The full set of parameters: those given, checked, and the defaults of the others.
  ///
  /// Of several faults the first by name is thrown, so that the message does not change from run to run.
  package func validate(
    _ given: [String: ParameterValue]
  ) throws(ParameterError) -> [String: ParameterValue] {
    let checked = try parameterSet(given)
    _ = try make(checked)
    return checked.values
  }

  /// The learner with these parameters and the defaults of those that are not given.
  package func learner(_ given: [String: ParameterValue]) throws(ParameterError) -> any Learner {
    try make(parameterSet(given))
  }

  private func parameterSet(
    _ given: [String: ParameterValue]
  ) throws(ParameterError) -> ParameterSet {
    var values: [String: ParameterValue] = [:]
    for parameter in parameters { values[parameter.name] = parameter.defaultValue }
    for (name, value) in given.sorted(by: { $0.key < $1.key }) {
      guard let parameter = parameter(named: name) else {
        throw .unknownParameter(learner: self.name, name: name, known: parameters.map(\.name))
      }
      guard let accepted = parameter.accepted(value) else {
        throw .outOfDomain(learner: self.name, parameter: parameter, value: value)
      }
      values[name] = accepted
    }
    return ParameterSet(values: values)
  }
}
