/// The number, the means, and the sums of squared deviations and of their products, of the pairs of a group.
///
/// The two-variable form of `Moments`, by the same sources.
struct Comoments {
  var count = 0.0
  var meanX = 0.0
  var meanY = 0.0
  var products = 0.0
  var squaresX = 0.0
  var squaresY = 0.0

  @inline(__always)
  mutating func add(_ x: Double, _ y: Double) {
    count += 1
    let deltaX = x - meanX
    let deltaY = y - meanY
    meanX += deltaX / count
    meanY += deltaY / count
    products += deltaX * (y - meanY)
    squaresX += deltaX * (x - meanX)
    squaresY += deltaY * (y - meanY)
  }

  mutating func merge(_ other: Comoments) {
    if other.count == 0 { return }
    if count == 0 {
      self = other
      return
    }
    let total = count + other.count
    let deltaX = other.meanX - meanX
    let deltaY = other.meanY - meanY
    let share = other.count / total
    products += other.products + deltaX * deltaY * count * share
    squaresX += other.squaresX + deltaX * deltaX * count * share
    squaresY += other.squaresY + deltaY * deltaY * count * share
    meanX += deltaX * share
    meanY += deltaY * share
    count = total
  }
}
