/// Cuts memory into consecutive pieces.
struct MemoryPieces {
  private var next: UnsafeMutablePointer<Double>

  init(_ base: UnsafeMutablePointer<Double>) { next = base }

  mutating func take(_ count: Int) -> UnsafeMutablePointer<Double> {
    defer { next += count }
    return next
  }
}
