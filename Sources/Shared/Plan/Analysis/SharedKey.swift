import Columnar

/// Why a column is no key by which rows of two tables find each other.
enum SharedKeyFailure: Error {
  /// One of the schemas has no such column.
  case missing(fromFirst: Bool, nearest: String?)
  case differ(DataType, DataType)
}

/// A column of two tables as the type that both have in common.
func sharedKey(
  _ name: String, _ first: Schema, _ second: Schema
) throws(SharedKeyFailure) -> (first: BoundExpression, second: BoundExpression) {
  func column(_ schema: Schema, isFirst: Bool) throws(SharedKeyFailure) -> BoundExpression {
    guard let index = schema.index(of: name) else {
      throw .missing(fromFirst: isFirst, nearest: nearestName(to: name, among: schema.names))
    }
    return .column(index, schema.fields[index].type)
  }
  let one = try column(first, isFirst: true)
  let other = try column(second, isFirst: false)
  // A string beside a number is read as one by SQL, but a key that is no number would then fail the job.
  let isTextual = (one.type == .string) != (other.type == .string)
  guard !isTextual, let type = commonType(one.type, other.type) else {
    throw .differ(one.type, other.type)
  }
  return (one.casting(to: type), other.casting(to: type))
}
