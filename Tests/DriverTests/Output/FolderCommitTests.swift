import Driver
import Plan
import Testing

@Suite struct FolderCommitTests {
  let file = CommitJournal.File(staged: "/s/a", name: "part-00000.csv", rows: 1, bytes: 2)

  func output(_ mode: FileWrite.Mode, folder: UInt64? = 5) -> CommitJournal.Output {
    CommitJournal.Output(
      target: "/out", staging: "/s", mode: mode, format: .csv, folder: folder, files: [file])
  }

  func seen(
    _ target: FolderCommit.Target, staged: Bool = false, built: Bool = false,
    manifest: Bool = false, targetFolder: UInt64? = nil
  ) -> FolderCommit.Observation {
    FolderCommit.Observation(
      target: target, targetFolder: targetFolder, staged: staged ? [file] : [],
      built: built ? [file] : [], hasManifest: manifest)
  }

  @Test func stepsFollowFromWhatIsThere() throws {
    let new = output(.error)
    #expect(
      try FolderCommit.nextStep(for: new, seeing: seen(.absent, staged: true)) == .assemble([file]))
    #expect(
      try FolderCommit.nextStep(for: new, seeing: seen(.absent, built: true)) == .writeManifest)
    let built = seen(.emptyFolder, built: true, manifest: true, targetFolder: 9)
    #expect(try FolderCommit.nextStep(for: new, seeing: built) == .moveIntoPlace)
    let old = seen(.output, built: true, manifest: true, targetFolder: 9)
    #expect(try FolderCommit.nextStep(for: output(.overwrite), seeing: old) == .exchange)
    let placed = seen(.output, targetFolder: 5)
    #expect(try FolderCommit.nextStep(for: output(.overwrite), seeing: placed) == .done)
  }

  @Test func whatMayNotBeReplacedIsRefusedBeforeAnythingMoves() {
    #expect(throws: OutputError.exists(path: "/out")) {
      try FolderCommit.nextStep(for: output(.error), seeing: seen(.output, staged: true))
    }
    #expect(throws: OutputError.notAnOutput(path: "/out", mode: .overwrite)) {
      try FolderCommit.nextStep(
        for: output(.overwrite), seeing: seen(.otherFolder, staged: true))
    }
    #expect(throws: OutputError.notAFolder(path: "/out")) {
      try FolderCommit.nextStep(for: output(.overwrite), seeing: seen(.file, staged: true))
    }
    #expect(throws: OutputError.fileMissing(path: "/s/a")) {
      try FolderCommit.nextStep(for: output(.error), seeing: seen(.absent))
    }
  }

  @Test func appendingReplacesNoFile() throws {
    func next(_ staged: Bool, _ present: Bool, listed: Bool = false) throws -> AppendCommit.Step {
      try AppendCommit.nextStep(
        for: output(.append, folder: nil),
        seeing: .init(
          staged: staged ? [file] : [], present: present ? [file] : [],
          listed: listed ? [file.name] : []))
    }
    #expect(try next(true, false) == .move([file]))
    #expect(try next(false, true) == .writeManifest)
    #expect(try next(false, true, listed: true) == .done)
    #expect(throws: OutputError.nameTaken(path: "/out/part-00000.csv")) { try next(true, true) }
    #expect(throws: OutputError.fileMissing(path: "/s/a")) { try next(false, false) }
  }

  @Test func anArtifactThatIsThereIsNotReplacedEither() throws {
    let artifact = CommitJournal.File(staged: "/s/b", name: "_artifacts/b", rows: nil, bytes: 2)
    var output = output(.append, folder: nil)
    output.files.append(artifact)
    let seen = AppendCommit.Observation(
      staged: [file, artifact], present: [artifact], listed: [])
    #expect(throws: OutputError.artifactTaken(path: "/out/_artifacts/b")) {
      try AppendCommit.nextStep(for: output, seeing: seen)
    }
  }

  @Test func foldersComeBeforeThoseInThem() {
    var output = output(.error)
    output.files += ["_artifacts/a/b/c", "_artifacts/a/d", "_artifacts/e"].map {
      CommitJournal.File(staged: "/s/\($0)", name: $0, rows: nil, bytes: 1)
    }
    #expect(output.folders == ["_artifacts", "_artifacts/a", "_artifacts/a/b"])
  }
}
