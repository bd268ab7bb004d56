import Columnar

/// For a command that will need Arrow: whoever calls it hears at once when it is not there.
func loadArrow() throws {
  do {
    try Arrow.load()
  } catch {
    throw CommandFailure(.failed, error.message)
  }
}
