/// Tells when the driver has been silent for too long: a value without a clock.
package struct DriverSilence: Sendable {
  /// Heartbeats that may stay away.
  private static let missedBeats = 10

  private var heardAt: ContinuousClock.Instant
  private var askedAt: ContinuousClock.Instant

  package init(from now: ContinuousClock.Instant) {
    heardAt = now
    askedAt = now
  }

  package mutating func heard(at now: ContinuousClock.Instant) { heardAt = now }

  /// To be asked at least once in the time of a heartbeat.
  package mutating func isTooLong(
    at now: ContinuousClock.Instant, heartbeatInterval: Duration
  ) -> Bool {
    // After a pause of our own, what the driver said meanwhile may still wait for us: it was not silent.
    if now - askedAt > heartbeatInterval * (Self.missedBeats / 2) { heardAt = now }
    askedAt = now
    return now - heardAt > heartbeatInterval * Self.missedBeats
  }
}
