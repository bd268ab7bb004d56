import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Synchronization

/// Pages that change while somebody looks: each is made again about once a second, once for all who look at it, and sent
/// to each when it has changed and the last one was taken.
final class LivePages: Sendable {
  static let streamLimit = 64
  private static let interval = Duration.seconds(1)
  /// Something is sent at least so often, so that a browser that is gone is noticed.
  private static let beat = 10

  private let renderings = Renderings()
  private let streamCount = Mutex(0)

  /// The stream of a page that `make` makes. It ends when the page is not live any more.
  func stream(
    of address: String, _ make: @escaping @Sendable () async throws -> Page
  ) throws(WebError) -> Response {
    let hasPlace = streamCount.withLock { count in
      guard count < Self.streamLimit else { return false }
      count += 1
      return true
    }
    guard hasPlace else { throw .tooManyStreams(limit: Self.streamLimit) }
    let place = Place { [self] in streamCount.withLock { $0 -= 1 } }
    return Response(
      status: .ok, headers: [.contentType: "text/event-stream"],
      body: ResponseBody { [self] writer in
        defer { withExtendedLifetime(place) {} }
        try await send(address, make, to: &writer)
        try await writer.finish(nil)
      })
  }

  private func send(
    _ address: String, _ make: @escaping @Sendable () async throws -> Page,
    to writer: inout any ResponseBodyWriter
  ) async throws {
    try await writer.write(ByteBuffer(string: "retry: 3000\n\n"))
    var last: HTML?
    var quiet = 0
    while !Task.isCancelled {
      let page: Page
      do {
        page = try await renderings.page(address, make)
      } catch is WebError {
        // What it shows is gone.
        try await writer.write(Self.event("end", ""))
        return
      } catch {
        // The browser asks again after a while.
        return
      }
      if page.main != last {
        last = page.main
        quiet = 0
        try await writer.write(Self.event("main", page.main.text))
      } else {
        quiet += 1
        if quiet % Self.beat == 0 { try await writer.write(ByteBuffer(string: ": beat\n\n")) }
      }
      guard page.isLive else {
        try await writer.write(Self.event("end", ""))
        return
      }
      try await Task.sleep(for: Self.interval)
    }
  }

  /// Each line of the data has its own field.
  static func event(_ name: String, _ data: String) -> ByteBuffer {
    var text = "event: \(name)\n"
    for line in data.split(separator: "\n", omittingEmptySubsequences: false) {
      text += "data: \(line)\n"
    }
    return ByteBuffer(string: text + "\n")
  }

  /// Given back when nobody holds it: also when the body of the response is never asked for.
  private final class Place: Sendable {
    private let giveBack: @Sendable () -> Void

    init(_ giveBack: @escaping @Sendable () -> Void) { self.giveBack = giveBack }

    deinit { giveBack() }
  }
}

/// Pages as they were made last: those who look at one share the work.
private actor Renderings {
  private struct Rendering {
    var began: ContinuousClock.Instant
    var page: Task<Page, any Error>
  }

  /// Less than the time between two looks.
  private static let lifetime = Duration.milliseconds(800)

  private var renderings: [String: Rendering] = [:]

  func page(
    _ address: String, _ make: @escaping @Sendable () async throws -> Page
  ) async throws -> Page {
    let now = ContinuousClock.now
    renderings = renderings.filter { now - $0.value.began < Self.lifetime }
    let rendering =
      renderings[address] ?? Rendering(began: now, page: Task { try await make() })
    renderings[address] = rendering
    return try await rendering.page.value
  }
}
