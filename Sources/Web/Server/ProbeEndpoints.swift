import Hummingbird

/// What orchestrators and Prometheus ask for.
struct ProbeEndpoints: Sendable {
  /// Of a driver that is asked whether it is ready.
  private static let patience = Duration.seconds(5)

  let driver: DriverQuestions

  var all: [Endpoint] {
    [
      Endpoint(.get, "/healthz") { _ in .text("ok\n") },
      Endpoint(.get, "/readyz") { _ in
        guard await isReady else {
          return .text("the driver does not answer\n", status: .serviceUnavailable)
        }
        return .text("ready\n")
      },
      Endpoint(.get, "/metrics") { _ in
        .text(PrometheusText(try await driver.metrics()).text, type: PrometheusText.contentType)
      },
    ]
  }

  /// Whether the driver's loop answers in time.
  private var isReady: Bool {
    get async {
      await withTaskGroup(of: Bool.self) { group in
        group.addTask { (try? await driver.driver()) != nil }
        group.addTask {
          try? await Task.sleep(for: Self.patience)
          return false
        }
        defer { group.cancelAll() }
        return await group.next() ?? false
      }
    }
  }
}
