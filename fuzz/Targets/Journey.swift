import SwiftProtobuf

/// Sends a value and reads it again: what was sound is sound for the next one too, and the same. Compared as bytes,
/// since NaN is not equal to itself.
func expectToTravel<Value, Wire: Message>(
  _ value: Value, as wire: (Value) -> Wire, readBy read: (Wire) throws -> Value
) {
  let message = wire(value)
  do {
    let again = wire(try read(message))
    let before: [UInt8] = try message.serializedBytes()
    let after: [UInt8] = try again.serializedBytes()
    precondition(before == after, "a \(Value.self) is another after it travelled")
  } catch {
    preconditionFailure("a \(Value.self) cannot travel: \(error)")
  }
}
