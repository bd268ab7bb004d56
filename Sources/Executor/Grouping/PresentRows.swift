import Columnar

/// Calls `body` for each of the rows 0..<count that `validity` does not make null.
///
/// Two loops, so that a column without nulls costs nothing but what `body` does.
@inline(__always)
func forEachPresentRow(_ count: Int, _ validity: Bitmap?, _ body: (_ row: Int) -> Void) {
  if let validity {
    for row in 0..<count where validity[row] { body(row) }
  } else {
    for row in 0..<count { body(row) }
  }
}
