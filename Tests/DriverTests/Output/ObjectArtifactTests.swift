import Columnar
import Driver
import Foundation
import Plan
import Testing

/// Artifacts under their final names from the start, as object stores have them, on a local folder.
@Suite struct ObjectArtifactTests {
  let folder: TemporaryFolder
  let place = ObjectOutput()

  init() throws { folder = try TemporaryFolder() }

  private func prepare(_ mode: FileWrite.Mode) throws -> StagedOutput {
    let write = folder.write("out", mode)
    return try place.prepare(write, at: OutputLocation(write.path), for: JobID(1))
  }

  private func commit(
    _ mode: FileWrite.Mode, _ artifacts: [String: String], lost: String? = nil
  ) throws {
    let staged = try prepare(mode)
    let written = try completed(staged, ["rows"], artifacts: [artifacts])
    if let lost { try folder.put("half", at: "out/_artifacts/\(lost)") }
    let output = try place.decide(written)
    try place.write(CommitJournal(outputs: [output]), for: output)
    try place.complete(output)
    try place.discard(output)
  }

  private var artifacts: [String: String] {
    folder.files.filter { $0.key.contains("_artifacts") }
  }

  /// A function that another attempt runs again may choose other names.
  @Test(arguments: [FileWrite.Mode.error, .overwrite, .append])
  func whatLostAttemptsWroteGoes(mode: FileWrite.Mode) throws {
    if mode != .error { try commit(.error, ["old": "1", "deep/old": "2"]) }
    try commit(mode, ["deep/new": "3"], lost: "deep/lost")
    var expected = ["out/_artifacts/deep/new": "3"]
    if mode == .append {
      expected["out/_artifacts/old"] = "1"
      expected["out/_artifacts/deep/old"] = "2"
    }
    #expect(artifacts == expected)
    #expect(folder.files["out/_SUCCESS"]?.contains("_artifacts/deep/new") == true)
  }

  @Test func aJobThatFailsTakesItsArtifactsAway() throws {
    try commit(.error, ["deep/old": "1"])
    let before = folder.files
    for mode in [FileWrite.Mode.overwrite, .append] {
      let staged = try prepare(mode)
      try folder.put("half", at: "out/_artifacts/deep/new")
      try folder.put("half", at: "out/_artifacts/new/new")
      try place.abort(staged)
      #expect(folder.files == before)
    }
  }

  @Test func twoPartitionsWithOneNameStopTheCommit() throws {
    let output = try completed(prepare(.error), ["a", "b"], artifacts: [["m": "1"], ["m": "2"]])
    #expect(
      throws: OutputError.artifactTwice(
        output: "\(folder.path)/out", name: "m", partitions: [0, 1])
    ) { try place.decide(output) }
  }
}
