import Columnar
import Driver
import Foundation
import Plan
import Testing

/// The steps for object stores, on a local folder: they only use what an object store has.
@Suite struct ObjectOutputTests {
  let folder: TemporaryFolder
  let place = ObjectOutput()

  init() throws { folder = try TemporaryFolder() }

  private func prepare(_ mode: FileWrite.Mode) throws -> StagedOutput {
    let write = folder.write("out", mode)
    return try place.prepare(write, at: OutputLocation(write.path), for: JobID(1))
  }

  private func commit(_ mode: FileWrite.Mode, _ contents: [String]) throws {
    let output = try place.decide(completed(prepare(mode), contents))
    try place.write(CommitJournal(outputs: [output]), for: output)
    try place.complete(output)
    try place.discard(output)
  }

  @Test func attemptsWriteTheFinalNamesAndSuccessComesLast() throws {
    let staged = try prepare(.error)
    let output = try place.decide(completed(staged, ["zero", "one"]))
    #expect(folder.files["out/_SUCCESS"] == nil)
    try place.write(CommitJournal(outputs: [output]), for: output)
    try place.complete(output)
    try place.discard(output)
    #expect(
      folder.files.keys.sorted() == [
        "out/_SUCCESS", "out/part-00000.parquet", "out/part-00001.parquet",
      ])
    #expect(throws: OutputError.exists(path: "\(folder.path)/out")) { try prepare(.error) }
  }

  @Test func overwriteRemovesWhatIsLeftOver() throws {
    try commit(.error, ["zero", "one", "two"])
    let staged = try prepare(.overwrite)
    #expect(folder.files["out/_SUCCESS"] == nil)
    let output = try place.decide(completed(staged, ["new"]))
    try place.write(CommitJournal(outputs: [output]), for: output)
    try place.complete(output)
    try place.discard(output)
    #expect(folder.parts == ["out/part-00000.parquet": "new"])
  }

  @Test func appendKeepsWhatWasListed() throws {
    try commit(.append, ["zero"])
    try commit(.append, ["one"])
    #expect(
      folder.parts == ["out/part-00000.parquet": "zero", "out/part-00001.parquet": "one"])
    #expect(folder.files["out/_SUCCESS"]?.contains("part-00000") == true)
  }

  @Test func aJobThatReplacedNothingGivesTheOutputBack() throws {
    try commit(.error, ["zero"])
    let before = folder.files
    for mode in [FileWrite.Mode.overwrite, .append] {
      let staged = try prepare(mode)
      let added = CompletedOutput(staged: staged, files: [])
      try folder.put("extra", at: "out/part-00007.parquet")
      try place.abort(added.staged)
      #expect(folder.files == before)
    }
  }

  @Test func whatAFailedOverwriteLeftMayBeOverwritten() throws {
    try commit(.error, ["zero"])
    let staged = try prepare(.overwrite)
    _ = try completed(staged, ["changed", "more"])
    try place.abort(staged)
    #expect(folder.files["out/_SUCCESS"] == nil)
    #expect(throws: OutputError.self) { try prepare(.append) }
    try commit(.overwrite, ["new"])
    #expect(folder.parts == ["out/part-00000.parquet": "new"])
    #expect(folder.files.count == 2)
  }

  @Test func foreignObjectsAreLeftAlone() throws {
    try folder.put("precious", at: "out/thesis.tex")
    #expect(throws: OutputError.notAnOutput(path: "\(folder.path)/out", mode: .overwrite)) {
      try prepare(.overwrite)
    }
    #expect(folder.files == ["out/thesis.tex": "precious"])
  }

  @Test func aFileThatIsNotThereStopsTheCommit() throws {
    var output = try completed(prepare(.error), ["zero"])
    output.files[0].bytes = 5
    #expect(throws: OutputError.self) { try place.decide(output) }
    try FileSystem.deleteFile(output.files[0].path)
    #expect(throws: OutputError.self) { try place.decide(output) }
  }
}
