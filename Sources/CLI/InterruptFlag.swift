import Synchronization

/// Whether Ctrl-C was pressed.
final class InterruptFlag: Sendable {
  private let flag = Atomic<Bool>(false)

  var isSet: Bool { flag.load(ordering: .relaxed) }

  func listen() {
    onTermination { [self] in flag.store(true, ordering: .relaxed) }
  }
}
