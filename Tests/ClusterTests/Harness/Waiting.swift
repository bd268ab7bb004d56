import Foundation

struct DeadlinePassed: Error, CustomStringConvertible {
  var description: String
}

/// Asks again and again until a condition holds; throws `DeadlinePassed` when it does not in time.
func until(
  _ what: String, seconds: Double = 30, milliseconds: UInt32 = 10,
  _ condition: () async throws -> Bool
) async throws {
  _ = try await first(what, seconds: seconds, milliseconds: milliseconds) {
    try await condition() ? true : nil
  }
}

/// Asks again and again until there is a value.
///
/// Blocks between the questions: tests have a thread of their own, and `Task.sleep` wakes up on Swift's pool.
func first<Value>(
  _ what: String, seconds: Double = 30, milliseconds: UInt32 = 10,
  _ value: () async throws -> Value?
) async throws -> Value {
  let deadline = ContinuousClock.now + .seconds(seconds)
  while true {
    if let value = try await value() { return value }
    guard ContinuousClock.now < deadline else {
      throw DeadlinePassed(description: "not within \(seconds) s: \(what)")
    }
    usleep(milliseconds * 1000)
  }
}
