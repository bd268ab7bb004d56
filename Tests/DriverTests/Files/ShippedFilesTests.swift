import Driver
import Foundation
import Plan
import Testing
import Wire

@Suite final class ShippedFilesTests {
  private let root = FileManager.default.temporaryDirectory
    .appendingPathComponent("roost-shipped-\(UUID().uuidString)")

  init() throws {
    try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: root) }

  private func write(_ name: String, _ text: String) throws {
    let url = root.appendingPathComponent(name)
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: url)
  }

  private func link(_ name: String, to target: String) throws {
    try FileManager.default.createSymbolicLink(
      atPath: root.appendingPathComponent(name).path, withDestinationPath: target)
  }

  private func shipped(_ names: (path: String, name: String)...) throws -> ShippedFiles {
    try ShippedFiles(
      names.enumerated().map { index, name in
        ShippedPath(
          path: root.appendingPathComponent(name.path).path, name: name.name, line: index + 1)
      }, of: "job.yaml")
  }

  private func problem(_ names: (path: String, name: String)...) throws -> String {
    let paths = names.enumerated().map { index, name in
      ShippedPath(
        path: root.appendingPathComponent(name.path).path, name: name.name, line: index + 1)
    }
    let error = try #require(
      #expect(throws: ShippedFilesError.self) { try ShippedFiles(paths, of: "job.yaml") })
    return "\(error)".replacingOccurrences(of: root.path, with: "")
  }

  @Test func filesHaveTheirNamesDigestsAndLengths() throws {
    try write("train.py", "abc")
    try write("data/empty.csv", "")
    let files = try shipped(("train.py", "train.py"), ("data/empty.csv", "data/empty.csv"))
    #expect(
      files.manifest == [
        ShippedFile(
          name: "data/empty.csv",
          digest: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", byteCount: 0),
        ShippedFile(
          name: "train.py",
          digest: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", byteCount: 3),
      ])
  }

  @Test func aFolderIsAllThatIsInItButWhatNobodyWants() throws {
    try write("outside.py", "no")
    try write("features/lags.py", "a")
    try write("features/deep/er/x.txt", "b")
    try write("features/__pycache__/lags.pyc", "no")
    try write("features/deep/__pycache__/x.pyc", "no")
    try write("features/.git/config", "no")
    try write("features/.hidden", "no")
    try link("features/inner.py", to: "lags.py")
    try link("features/out.py", to: "../outside.py")
    try link("features/gone.py", to: "nowhere")
    try link("features/round", to: ".")
    try link("features/deep/round", to: "../../features")
    try link("features/again", to: "deep/er")
    let files = try shipped(("features", "features/"))
    #expect(
      files.manifest.map(\.name) == [
        "features/again/x.txt", "features/deep/er/x.txt", "features/inner.py",
        "features/lags.py",
      ])
    #expect(files.manifest[2].digest == files.manifest[3].digest)
    #expect(try shipped(("features/deep/er", ".")).manifest.map(\.name) == ["x.txt"])
  }

  @Test func oneFileThatIsNamedTwiceTravelsOnce() throws {
    try write("features/lags.py", "a")
    let files = try shipped(("features", "features"), ("features/lags.py", "features/lags.py"))
    #expect(files.manifest.map(\.name) == ["features/lags.py"])
  }

  @Test func errorsNameTheLineAndTheFile() throws {
    try write("a.py", "a")
    try write("b.py", "b")
    #expect(try problem(("a.py", "a.py"), ("c.py", "c.py")) == "job.yaml:2: there is no file /c.py")
    #expect(
      try problem(("a.py", "x.py"), ("b.py", "x.py"))
        == "job.yaml:2: another file that travels with the job is called x.py, too: see line 1. Rename one of them"
    )
    #expect(
      try problem(("a.py", "x"), ("b.py", "x/y.py"))
        == "job.yaml:2: x/y.py would lie in a folder x, and that is a file. Rename one of them")
    #expect(mkfifo(root.appendingPathComponent("pipe").path, 0o600) == 0)
    #expect(try problem(("pipe", "pipe")) == "job.yaml:1: /pipe is neither a file nor a folder")
  }

  @Test func tooMuchIsRefusedBeforeItIsRead() throws {
    try write("large.bin", "")
    // Takes no space on the disk.
    #expect(
      truncate(root.appendingPathComponent("large.bin").path, Int(ShippedFileLimits.byteCount) + 1)
        == 0)
    #expect(try problem(("large.bin", "large.bin")).contains("with /large.bin more than 1 GB"))
    try write("many/0", "")
    for number in 1...ShippedFileLimits.count {
      let made = symlink("0", root.appendingPathComponent("many/\(number)").path)
      #expect(made == 0)
    }
    #expect(try problem(("many", "many")).contains("more than 10000 files would travel"))
  }
}
