import Foundation
import Fuzzing
import Testing

/// What fuzzing has found stays found: a crash or a broken promise ends the test process.
@Suite struct KeptInputTests {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appending(path: "Inputs")

  /// What hung took minutes or for ever.
  @Test(.timeLimit(.minutes(5)), arguments: fuzzTargets.map(\.name))
  func aTargetEndsOnWhatItBeganWithAndWhatWasKept(
    _ name: String
  ) throws {
    let target = try #require(fuzzTargets.first { $0.name == name })
    let seeds = try target.seeds()
    #expect(!seeds.isEmpty)
    for seed in seeds { target.run(seed) }
    for file in try keptInputs(of: name) { target.run(Array(try Data(contentsOf: file))) }
    target.run([])
  }

  @Test func everyKeptInputHasItsTarget() throws {
    let folders = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
    #expect(Set(folders).isSubset(of: Set(fuzzTargets.map(\.name))))
  }

  private func keptInputs(of name: String) throws -> [URL] {
    let folder = Self.folder.appending(path: name)
    guard FileManager.default.fileExists(atPath: folder.path) else { return [] }
    return try FileManager.default.contentsOfDirectory(
      at: folder, includingPropertiesForKeys: nil
    ).sorted { $0.path < $1.path }
  }
}
