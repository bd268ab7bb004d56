/// All parameters of one learner, checked against its declaration: each has a value of its domain.
///
/// Only `LearnerDescription.validate` makes one. Reading a parameter that the learner did not declare is a
/// mistake in the learner's code and stops the program.
package struct ParameterSet: Hashable, Sendable {
  package let values: [String: ParameterValue]

  /// For parameters that take values of several types.
  package func value(_ name: String) -> ParameterValue {
    guard let value = values[name] else { undeclared(name) }
    return value
  }

  package func boolean(_ name: String) -> Bool {
    guard case .boolean(let value) = values[name] else { undeclared(name) }
    return value
  }

  package func integer(_ name: String) -> Int64 {
    guard case .integer(let value) = values[name] else { undeclared(name) }
    return value
  }

  package func double(_ name: String) -> Double {
    guard case .double(let value) = values[name] else { undeclared(name) }
    return value
  }

  package func string(_ name: String) -> String {
    guard case .string(let value) = values[name] else { undeclared(name) }
    return value
  }

  private func undeclared(_ name: String) -> Never {
    preconditionFailure("the learner does not declare a parameter '\(name)' of this type")
  }
}
