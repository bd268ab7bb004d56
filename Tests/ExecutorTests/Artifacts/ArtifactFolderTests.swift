import Columnar
import Executor
import Foundation
import Glibc
import Plan
import Testing

/// What a function left in its folder, as an attempt hands it to its output.
@Suite struct ArtifactFolderTests {
  private let fixture: ArtifactFixture

  init() throws { fixture = try ArtifactFixture() }

  @Test func allFilesAreCopiedUnderNamesOfTheAttempt() throws {
    let folder = fixture.folder()
    try fixture.write(
      ["b": "1", "deep/er/a": "22", ".hidden": "", "naïve name?#%": "4"], in: folder)
    let artifacts = try folder.collect()
    #expect(artifacts.map(\.name) == [".hidden", "b", "deep/er/a", "naïve name?#%"])
    #expect(artifacts.map(\.bytes) == [0, 1, 2, 1])
    #expect(try artifacts.map { try fixture.text($0.path) } == ["", "1", "22", "4"])
    let staging = "\(fixture.staging)/part-00003.attempt-7.artifacts/"
    #expect(artifacts.allSatisfy { $0.path.hasPrefix(staging) })
    folder.remove()
    #expect(try artifacts.map { try fixture.text($0.path) } == ["", "1", "22", "4"])
    #expect(fixture.workFiles.isEmpty)
  }

  @Test func nothingIsMadeUnlessAFunctionAsks() throws {
    let folder = fixture.folder()
    #expect(try folder.collect().isEmpty)
    folder.abandon()
    #expect(fixture.workFiles.isEmpty)
    #expect(fixture.stagedFiles.isEmpty)
    // A function may ask and write nothing, or remove the folder.
    let path = try folder.path()
    #expect(try folder.collect().isEmpty)
    try FileManager.default.removeItem(atPath: path)
    #expect(try folder.collect().isEmpty)
  }

  @Test func aContentLargerThanAPieceArrivesWhole() throws {
    let folder = fixture.folder()
    let content = String(repeating: "0123456789abcdef", count: 200_000)
    try fixture.write(["large": content], in: folder)
    let artifacts = try folder.collect()
    #expect(try fixture.text(artifacts[0].path) == content)
    #expect(artifacts[0].bytes == 3_200_000)
  }

  @Test func linksAndSpecialFilesAreLeftOutAndToldOf() throws {
    try "secret".write(toFile: "\(fixture.work.path)/secret", atomically: false, encoding: .utf8)
    let folder = fixture.folder()
    try fixture.write(["real": "1", "deep/real": "2"], in: folder)
    let path = try folder.path()
    #expect(symlink("\(fixture.work.path)/secret", "\(path)/link") == 0)
    #expect(symlink(fixture.work.path, "\(path)/deep/folder") == 0)
    #expect(mkfifo("\(path)/pipe", 0o600) == 0)
    #expect(try folder.collect().map(\.name) == ["deep/real", "real"])
    #expect(
      fixture.log.text
        == "[left out under ROOST_ARTIFACTS, where only files count: 'deep/folder' and 2 more]\n")
    folder.remove()
    #expect(try fixture.text("\(fixture.work.path)/secret") == "secret")
  }

  @Test func anAttemptThatFailsLeavesNothing() throws {
    let folder = fixture.folder()
    try fixture.write(["a": "1", "deep/b": "2"], in: folder)
    _ = try folder.collect()
    folder.abandon()
    #expect(fixture.stagedFiles.isEmpty)
    #expect(fixture.workFiles.isEmpty)
  }

  @Test func tooManyFilesOrBytesEndTheJob() throws {
    let files = fixture.folder(ArtifactLimits(fileCount: 2, byteCount: 100))
    try fixture.write(["a": "1", "b": "2", "c": "3"], in: files)
    #expect(throws: ArtifactError.tooManyFiles(limit: 2)) { try files.collect() }
    let bytes = fixture.folder(ArtifactLimits(fileCount: 3, byteCount: 5))
    try fixture.write(["a": "123", "b": "456"], in: bytes)
    #expect(throws: ArtifactError.tooManyBytes(limit: 5)) { try bytes.collect() }
    for error in [ArtifactError.tooManyFiles(limit: 2), .tooManyBytes(limit: 5)] {
      guard case .wrongData = TaskFailure(classifying: error) else {
        Issue.record("\(error)")
        return
      }
    }
    let exact = fixture.folder(ArtifactLimits(fileCount: 2, byteCount: 6))
    try fixture.write(["a": "123", "b": "456"], in: exact)
    #expect(try exact.collect().count == 2)
  }

  @Test func namesThatNotEverybodyCouldReadAreRefused() throws {
    let folder = fixture.folder()
    let path = try folder.path()
    let wrong: [CChar] = path.utf8.map { CChar(bitPattern: $0) } + [47, -1, 0]
    let descriptor = open(wrong, O_CREAT | O_WRONLY, 0o600)
    #expect(descriptor >= 0)
    close(descriptor)
    #expect(throws: ArtifactError.unusableName("\u{FFFD}", reason: "is not UTF-8")) {
      try folder.collect()
    }
    let deep = fixture.folder()
    let part = String(repeating: "x", count: 200)
    try fixture.write([(0..<6).map { _ in part }.joined(separator: "/"): "1"], in: deep)
    #expect(throws: ArtifactError.self) { try deep.collect() }
  }

  @Test func anAttemptThatIsToldToStopDoesNotGoOn() throws {
    struct Stopped: Error {}
    let folder = fixture.folder(check: { throw Stopped() })
    try fixture.write(["a": "1"], in: folder)
    #expect(throws: Stopped.self) { try folder.collect() }
  }

  /// On object stores, which have final names only; `_INCOMPLETE` says since when the job writes.
  @Test func appendingReplacesNoObjectOfAnEarlierJobButOnesOfItsOwn() throws {
    try fixture.stage(["_artifacts/old": "before", "_INCOMPLETE": "{}"])
    try fixture.setTime(of: "_artifacts/old", to: 1000)
    try fixture.setTime(of: "_INCOMPLETE", to: 2000)
    let folder = fixture.folder(naming: .final, mode: .append)
    try fixture.write(["new": "1"], in: folder)
    let artifacts = try folder.collect()
    #expect(artifacts.map(\.path) == ["\(fixture.staging)/_artifacts/new"])
    // Another attempt of the same task, later.
    try fixture.setTime(of: "_artifacts/new", to: 3000)
    #expect(try folder.collect() == artifacts)
    folder.abandon()
    #expect(fixture.stagedFiles["_artifacts/new"] == "1")

    let second = fixture.folder(naming: .final, mode: .append)
    try fixture.write(["old": "2"], in: second)
    #expect(throws: ArtifactError.taken(name: "old", output: fixture.staging)) {
      try second.collect()
    }
    #expect(fixture.stagedFiles["_artifacts/old"] == "before")
  }
}

/// Where functions run as another user than the executor.
@Suite(.enabled(if: geteuid() == 0, "only root gives files to others"))
struct ArtifactsOfAnotherUserTests {
  @Test func theFolderIsTheUsersAndNobodyElseSeesIt() throws {
    let fixture = try ArtifactFixture()
    let user = try #require(FileOwner(named: "nobody"))
    let folder = fixture.folder(user: user)
    let path = try folder.path()
    var status = stat()
    #expect(lstat(path, &status) == 0)
    #expect(status.st_uid == getpwnam("nobody").pointee.pw_uid)
    #expect(status.st_mode & 0o777 == 0o700)
    // Those above lead to it and list nothing.
    #expect(chmod(fixture.work.path, 0o711) == 0)
    let write = Process()
    write.executableURL = URL(fileURLWithPath: "/bin/sh")
    write.arguments = [
      "-c",
      "exec setpriv --reuid nobody --clear-groups -- sh -c \"mkdir '$1/deep' && echo hello > '$1/deep/a'\"",
      "sh", path,
    ]
    try write.run()
    write.waitUntilExit()
    #expect(write.terminationStatus == 0)
    #expect(try folder.collect().map(\.name) == ["deep/a"])
    folder.remove()
    #expect(fixture.workFiles.isEmpty)
  }
}

/// On a disk that is full.
@Suite(.enabled(if: SmallDisk.isPossible, "needs the right to mount a file system"))
struct ArtifactsOnFullDiskTests {
  @Test func anotherExecutorMayHaveRoom() throws {
    let disk = try #require(SmallDisk(byteCount: 1 << 16))
    let fixture = try ArtifactFixture(staging: disk.root.path)
    let folder = fixture.folder()
    try fixture.write(["large": String(repeating: "x", count: 1 << 20)], in: folder)
    let error = #expect(throws: (any Error).self) { try folder.collect() }
    guard case .executorTrouble? = error.map({ TaskFailure(classifying: $0) }) else {
      Issue.record("\(String(describing: error))")
      return
    }
    folder.abandon()
    #expect(disk.files.isEmpty)
  }
}
