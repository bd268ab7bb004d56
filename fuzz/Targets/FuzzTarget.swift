/// Code that reads what others wrote, as a function of bytes.
package protocol FuzzTarget: Sendable {
  /// What `make fuzz FUZZER=...` and the folders of kept inputs call it.
  var name: String { get }

  /// Sound inputs to begin with.
  func seeds() throws -> [[UInt8]]

  /// Reads the bytes. Returns whatever they are; ends the process when the code under test breaks a promise.
  func run(_ input: [UInt8])
}

package let fuzzTargets: [any FuzzTarget] = [
  FrameFuzz(), MessageFuzz(), BatchFuzz(), JobFileFuzz(), ExpressionFuzz(), TextFuzz(),
]
