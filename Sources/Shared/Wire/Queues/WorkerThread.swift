import Foundation

/// Runs `body` on a thread of its own: what computes or blocks never runs on an event loop or on Swift's
/// cooperative pool.
package func startThread(named name: String, _ body: @escaping @Sendable () -> Void) {
  let thread = Thread(block: body)
  thread.name = name
  // Operators recurse over expressions; the default of a secondary thread is small on some systems.
  thread.stackSize = 8 << 20
  thread.start()
}
