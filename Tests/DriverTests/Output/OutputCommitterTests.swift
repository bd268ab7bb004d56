import Columnar
import Driver
import Foundation
import Plan
import Testing

@Suite struct OutputCommitterTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  func manifest(_ output: String) throws -> OutputManifest {
    let text = folder.files["\(output)/_SUCCESS"] ?? ""
    return try JSONDecoder().decode(OutputManifest.self, from: Data(text.utf8))
  }

  @Test func filesGetTheirFinalNamesAndNothingElseStays() throws {
    try commit(folder.write("a/b/out"), ["zero", "one"])
    #expect(
      folder.files.keys.sorted() == [
        "a/b/out/_SUCCESS", "a/b/out/part-00000.parquet", "a/b/out/part-00001.parquet",
      ])
    #expect(folder.files["a/b/out/part-00001.parquet"] == "one")
    #expect(
      try manifest("a/b/out")
        == OutputManifest(
          format: "parquet",
          files: [
            .init(name: "part-00000.parquet", rows: 4, bytes: 4),
            .init(name: "part-00001.parquet", rows: 3, bytes: 3),
          ]))
  }

  @Test func nothingIsSeenBeforeTheCommit() throws {
    let staged = try OutputCommitter().prepare(folder.write("out"), for: JobID(1))
    _ = try completed(staged, ["zero"])
    #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/out"))
    OutputCommitter().abort([staged])
    #expect(folder.files.isEmpty)
  }

  @Test func anOutputThatExistsIsRefusedByDefault() throws {
    try commit(folder.write("out"), ["zero"])
    #expect(throws: OutputError.exists(path: "\(folder.path)/out")) {
      try OutputCommitter().prepare(folder.write("out"), for: JobID(2))
    }
    try folder.put("mine", at: "file")
    #expect(throws: OutputError.notAFolder(path: "\(folder.path)/file")) {
      try OutputCommitter().prepare(folder.write("file"), for: JobID(2))
    }
    try FileManager.default.createDirectory(
      atPath: "\(folder.path)/empty", withIntermediateDirectories: true)
    try commit(folder.write("empty"), ["zero"])
    #expect(folder.files["empty/part-00000.parquet"] == "zero")
  }

  @Test func anOutputThatAppearsMeanwhileIsRefusedAtTheCommit() throws {
    let committer = OutputCommitter()
    let staged = try committer.prepare(folder.write("out"), for: JobID(1))
    let other = try committer.prepare(folder.write("other"), for: JobID(1))
    let outputs = [try completed(other, ["x"]), try completed(staged, ["zero"])]
    try folder.put("mine", at: "out/file")
    #expect(throws: OutputError.exists(path: "\(folder.path)/out")) {
      try committer.commit(outputs)
    }
    #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/other"))
    committer.abort([staged, other])
    #expect(folder.files == ["out/file": "mine"])
  }

  @Test func overwriteReplacesTheWholeFolder() throws {
    try commit(folder.write("out"), ["zero", "one", "two"])
    try commit(folder.write("out", .overwrite), ["new"], job: 2)
    #expect(folder.parts == ["out/part-00000.parquet": "new"])
    #expect(try manifest("out").files.count == 1)
  }

  @Test func overwriteLeavesWhatIsNoOutputAlone() throws {
    try folder.put("precious", at: "out/thesis.tex")
    for mode in [FileWrite.Mode.overwrite, .append] {
      let refused = OutputError.notAnOutput(path: "\(folder.path)/out", mode: mode)
      #expect(throws: refused) {
        try OutputCommitter().prepare(folder.write("out", mode), for: JobID(2))
      }
    }
    #expect(folder.files == ["out/thesis.tex": "precious"])
  }

  @Test func appendContinuesTheNumbers() throws {
    try commit(folder.write("out", .append), ["zero", "one"])
    try commit(folder.write("out", .append), ["two"], job: 2)
    #expect(folder.files["out/part-00002.parquet"] == "two")
    #expect(try manifest("out").files.map(\.rows) == [4, 3, 3])
    // Spark leaves an empty _SUCCESS.
    try folder.put("", at: "spark/_SUCCESS")
    try folder.put("12345", at: "spark/part-00041-c000.snappy.parquet")
    try commit(folder.write("spark", .append), ["new"], job: 3)
    #expect(
      try manifest("spark").files == [
        .init(name: "part-00041-c000.snappy.parquet", rows: nil, bytes: 5),
        .init(name: "part-00042.parquet", rows: 3, bytes: 3),
      ])
  }

  @Test func filesOfAnotherFormatAreNotAppended() throws {
    try commit(folder.write("out"), ["zero"])
    var write = folder.write("out", .append)
    write.format = .csv
    #expect(
      throws: OutputError.otherFormat(path: write.path, found: "parquet", wanted: "csv")
    ) {
      try OutputCommitter().prepare(write, for: JobID(2))
    }
  }

  @Test func aFileThatIsGoneOrChangedStopsTheCommit() throws {
    let committer = OutputCommitter()
    let staged = try committer.prepare(folder.write("out"), for: JobID(1))
    var output = try completed(staged, ["zero", "one"])
    let path = output.files[0].path
    output.files[0].bytes = 99
    #expect(throws: OutputError.fileChanged(path: path, expected: 99, found: 3)) {
      try committer.commit([output])
    }
    try FileSystem.deleteFile(path)
    #expect(throws: OutputError.fileMissing(path: path)) { try committer.commit([output]) }
    #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/out"))
  }

  @Test func anOutputIsWrittenByOneJobAtATime() throws {
    let first = try OutputCommitter().prepare(folder.write("out"), for: JobID(1))
    #expect(throws: OutputError.self) {
      try OutputCommitter().prepare(folder.write("out"), for: JobID(1))
    }
    #expect(throws: OutputError.self) {
      try OutputCommitter().prepare(folder.write("out"), for: JobID(2))
    }
    OutputCommitter().abort([first])
  }

  @Test func aLinkToAFolderStaysALink() throws {
    try commit(folder.write("real"), ["zero"])
    try FileManager.default.createSymbolicLink(
      atPath: "\(folder.path)/link", withDestinationPath: "\(folder.path)/real")
    try commit(folder.write("link", .overwrite), ["new"], job: 2)
    #expect(folder.files["real/part-00000.parquet"] == "new")
    let link = try FileManager.default.destinationOfSymbolicLink(atPath: "\(folder.path)/link")
    #expect(link == "\(folder.path)/real")
  }

  @Test func theMarkerIsBesideTheOutput() throws {
    let staged = try OutputCommitter().prepare(folder.write("out"), for: JobID(1))
    let marker = try #require(staged.marker)
    #expect(FileManager.default.contents(atPath: marker.path) == Data(marker.content.utf8))
    #expect(marker.path.hasPrefix("\(folder.path)/.out.staging-1/"))
    OutputCommitter().abort([staged])
    #expect(!FileManager.default.fileExists(atPath: marker.path))
  }
}
