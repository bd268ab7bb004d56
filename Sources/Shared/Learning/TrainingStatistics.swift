/// A fixed number of doubles that stand for a set of examples. Blocks of them lie at a constant stride in one
/// piece of memory that belongs to the caller; a block of zeros stands for no examples.
///
/// What accumulates depends on the order of the examples of a block alone, never on how they are cut
/// into calls.
package protocol TrainingStatistics: Sendable {
  /// What statistics these are; part of the name of the column that carries them.
  var name: String { get }
  /// Doubles of a block.
  var width: Int { get }

  /// Adds example i to block `blocks[i]`, or to none where that is negative.
  /// - Complexity: O(rows * features squared), without an allocation.
  func accumulate(
    _ examples: Examples, blocks: UnsafePointer<Int32>, into base: UnsafeMutablePointer<Double>,
    stride: Int)

  /// Adds source i (sources lie `width` apart) to block `blocks[i]`.
  func merge(
    _ sources: UnsafePointer<Double>, count: Int, blocks: UnsafePointer<Int32>,
    into base: UnsafeMutablePointer<Double>, stride: Int)

  /// The number of examples behind a block.
  func exampleCount(_ block: UnsafePointer<Double>) -> Int64

  /// The number of examples behind each of `count` blocks. Not to be implemented: a requirement so that the loop
  /// is compiled for each kind of statistics.
  func exampleCounts(_ blocks: UnsafePointer<Double>, count: Int, stride: Int) -> [Int64]
}
