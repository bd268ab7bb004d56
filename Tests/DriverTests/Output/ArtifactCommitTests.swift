import Columnar
import Driver
import Foundation
import Plan
import Testing

/// Files that functions wrote beside the rows of an output.
@Suite struct ArtifactCommitTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func manifest(_ output: String) throws -> OutputManifest {
    let text = folder.files["\(output)/_SUCCESS"] ?? ""
    return try JSONDecoder().decode(OutputManifest.self, from: Data(text.utf8))
  }

  /// Runs a whole job whose partitions write these artifacts.
  private func commit(
    _ mode: FileWrite.Mode, _ artifacts: [[String: String]], job: UInt64 = 1
  ) throws {
    let committer = OutputCommitter()
    let staged = try committer.prepare(folder.write("out", mode), for: JobID(job))
    do {
      try committer.commit([
        try completed(staged, artifacts.map { _ in "rows" }, artifacts: artifacts)
      ])
    } catch {
      committer.abort([staged])
      throw error
    }
  }

  @Test func artifactsLieBesideThePartsAndInTheList() throws {
    try commit(.error, [["a.bin": "first", "models/7/b": "second"], ["models/8/b": "third"]])
    #expect(
      folder.files.filter { !$0.key.hasSuffix("_SUCCESS") } == [
        "out/part-00000.parquet": "rows", "out/part-00001.parquet": "rows",
        "out/_artifacts/a.bin": "first", "out/_artifacts/models/7/b": "second",
        "out/_artifacts/models/8/b": "third",
      ])
    #expect(
      try manifest("out").files == [
        .init(name: "part-00000.parquet", rows: 4, bytes: 4),
        .init(name: "part-00001.parquet", rows: 4, bytes: 4),
        .init(name: "_artifacts/a.bin", rows: nil, bytes: 5),
        .init(name: "_artifacts/models/7/b", rows: nil, bytes: 6),
        .init(name: "_artifacts/models/8/b", rows: nil, bytes: 5),
      ])
    #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/.out.staging-1"))
  }

  @Test func readersOfTheOutputSkipThem() throws {
    try commit(.error, [["data.parquet": "no rows", "deep/data.parquet": "no rows"]])
    let files = try FileListing.list(["\(folder.path)/out"])
    #expect(files.map(\.path) == ["\(folder.path)/out/part-00000.parquet"])
  }

  @Test(arguments: [FileWrite.Mode.error, .overwrite, .append])
  func twoPartitionsWithOneNameAreAnErrorThatNamesBoth(mode: FileWrite.Mode) throws {
    if mode != .error { try commit(.error, [["kept": "old"]]) }
    let before = folder.files
    func clash(_ name: String, _ partitions: [Int]) -> OutputError {
      .artifactTwice(output: "\(folder.path)/out", name: name, partitions: partitions)
    }
    #expect(throws: clash("m.bin", [0, 2])) {
      try commit(mode, [["m.bin": "1"], ["other": "2"], ["m.bin": "3"]], job: 2)
    }
    #expect(throws: clash("m", [0, 1])) {
      try commit(mode, [["m": "1"], ["m/a/b": "2"]], job: 2)
    }
    #expect(throws: clash("m/a", [0, 1])) {
      try commit(mode, [["m/a/b": "1"], ["m/a": "2"]], job: 2)
    }
    #expect(folder.files == before)
    #expect("\(clash("m.bin", [0, 2]))".contains("partitions 0 and 2 both wrote 'm.bin'"))
  }

  @Test func overwriteReplacesAllOfThem() throws {
    try commit(.error, [["old": "1", "deep/old": "2"]])
    try commit(.overwrite, [["new": "3"]], job: 2)
    #expect(
      folder.files.filter { $0.key.contains("_artifacts") } == ["out/_artifacts/new": "3"])
  }

  @Test func appendPutsThemBesideThoseThatAreThere() throws {
    try commit(.error, [["a": "1", "deep/a": "2"]])
    try commit(.append, [["b": "3", "deep/b": "4"]], job: 2)
    #expect(
      folder.files.filter { $0.key.contains("_artifacts") } == [
        "out/_artifacts/a": "1", "out/_artifacts/deep/a": "2", "out/_artifacts/b": "3",
        "out/_artifacts/deep/b": "4",
      ])
    #expect(
      try manifest("out").files.map(\.name) == [
        "part-00000.parquet", "_artifacts/a", "_artifacts/deep/a", "part-00001.parquet",
        "_artifacts/b", "_artifacts/deep/b",
      ])
  }

  /// A name that is there, one that is a folder there, and one that would need a file there as its folder.
  @Test(arguments: ["deep/a", "deep", "a/b"])
  func aTakenNameIsNotReplacedByAppending(name: String) throws {
    try commit(.error, [["a": "1", "deep/a": "2"]])
    let before = folder.files
    #expect(throws: OutputError.artifactTaken(path: "\(folder.path)/out/_artifacts/\(name)")) {
      try commit(.append, [["fine": "3"], [name: "4"]], job: 2)
    }
    #expect(folder.files == before)
  }

  @Test func anArtifactThatIsGoneOrChangedStopsTheCommit() throws {
    let committer = OutputCommitter()
    let staged = try committer.prepare(folder.write("out"), for: JobID(1))
    var output = try completed(staged, ["rows"], artifacts: [["a": "content"]])
    let path = output.files[0].artifacts[0].path
    output.files[0].artifacts[0].bytes = 99
    #expect(throws: OutputError.fileChanged(path: path, expected: 99, found: 7)) {
      try committer.commit([output])
    }
    try FileSystem.deleteFile(path)
    #expect(throws: OutputError.fileMissing(path: path)) { try committer.commit([output]) }
    #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/out"))
  }
}
