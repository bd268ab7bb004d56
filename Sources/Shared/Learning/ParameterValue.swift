/// The value of a learner's parameter, as a job states it.
package enum ParameterValue: Hashable, Sendable {
  case boolean(Bool)
  case integer(Int64)
  case double(Double)
  case string(String)
}

extension ParameterValue: CustomStringConvertible {
  package var description: String {
    switch self {
    case .boolean(let value): value.description
    case .integer(let value): value.description
    case .double(let value): value.description
    case .string(let value): value
    }
  }
}
