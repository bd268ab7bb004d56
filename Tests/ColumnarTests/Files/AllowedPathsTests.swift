import Columnar
import Foundation
import Testing

/// Where jobs may read and write, whatever way a path is written.
@Suite struct AllowedPathsTests {
  private let folder: TemporaryFolder
  private let allowed: AllowedPaths

  init() throws {
    folder = try TemporaryFolder()
    for name in ["data/in", "data/in/deep", "data/in-secret", "other"] {
      try FileManager.default.createDirectory(
        atPath: "\(folder.path)/\(name)", withIntermediateDirectories: true)
    }
    for name in ["data/in/a.csv", "data/in/deep/b.csv", "data/in-secret/c.csv", "other/d.csv"] {
      try Data("x\n1\n".utf8).write(to: URL(fileURLWithPath: "\(folder.path)/\(name)"))
    }
    for (link, target) in [("data/in/out", "../../other"), ("data/in/near", "deep")] {
      try FileManager.default.createSymbolicLink(
        atPath: "\(folder.path)/\(link)", withDestinationPath: target)
    }
    allowed = try AllowedPaths([folder.path + "/data/in"])
  }

  private func refuses(_ path: String, writing: Bool = false) -> Bool {
    fileError {
      if writing { try allowed.checkWriting(path) } else { try allowed.checkReading(path) }
    } == .notAllowed(path: path)
  }

  @Test func whatLiesBelowIsAllowed() throws {
    for name in ["", "/", "/a.csv", "/near/b.csv", "/deep/../a.csv", "/new/folder", "/a*"] {
      try allowed.checkReading(folder.path + "/data/in" + name)
    }
    for name in ["/deep/*.csv", "/*/*.csv", "/near/[ab].csv"] {
      try allowed.checkReading(pattern: folder.path + "/data/in" + name)
    }
    try allowed.checkReading("file://" + folder.path + "/data/in/a.csv")
    try allowed.checkWriting(folder.path + "/data/in/new/output")
  }

  @Test func whatLiesElsewhereIsNot() {
    for name in [
      "/data/in-secret/c.csv", "/data", "/data/in/../in-secret/c.csv", "/data/in/out/d.csv",
      "/data/in/new/../../../other", "/other/d.csv", "/data/in/x*/../../../other/d.csv",
    ] {
      #expect(refuses(folder.path + name), "\(name)")
      let path = folder.path + name
      #expect(
        fileError { try allowed.checkReading(pattern: path) } == .notAllowed(path: path),
        "\(name)")
    }
    let pattern = folder.path + "/data/*/c.csv"
    #expect(
      fileError { try allowed.checkReading(pattern: pattern) } == .notAllowed(path: pattern))
    #expect(refuses("/etc/passwd") && refuses("file:///etc/passwd") && refuses("/"))
    #expect(refuses("s3://bucket/data") && refuses("relative/path"))
  }

  /// What waits to become an output lies beside it.
  @Test func anOutputIsBelowAnAllowedFolderAndNotTheFolder() {
    #expect(refuses(folder.path + "/data/in", writing: true))
    #expect(refuses(folder.path + "/data/in/out/models", writing: true))
    #expect(refuses(folder.path + "/data/in/new/../../models", writing: true))
  }

  /// The very name of a folder that holds a pattern's signs wins over the pattern.
  @Test func aNameLikeAPatternHidesNothing() throws {
    try FileManager.default.createDirectory(
      atPath: folder.path + "/data/in/x*", withIntermediateDirectories: true)
    let path = folder.path + "/data/in/x*/../../../other/d.csv"
    #expect(refuses(path) && refuses(path, writing: true))
    #expect(
      fileError { _ = try FileListing.list([path], within: allowed) } == .notAllowed(path: path))
    try FileManager.default.createSymbolicLink(
      atPath: folder.path + "/data/in/l*", withDestinationPath: folder.path + "/other")
    #expect(refuses(folder.path + "/data/in/l*/d.csv"))
    #expect(
      fileError {
        _ = try FileListing.list([folder.path + "/data/in/l*/d.csv"], within: allowed)
      } != nil)
  }

  @Test func aListingEndsAtALinkThatLeadsOutside() {
    #expect(
      fileError { _ = try FileListing.list([folder.path + "/data/in"], within: allowed) }
        == .notAllowed(path: folder.path + "/data/in/out/d.csv"))
    #expect(
      (try? FileListing.list([folder.path + "/data/in/*.csv"], within: allowed))?.count == 1)
  }

  @Test func uRIsAreComparedByTheirPartsAndTheirServer() throws {
    let allowed = try AllowedPaths(["s3://bucket/in?region=eu"])
    try allowed.checkReading("s3://bucket/in/a.parquet?region=eu")
    try allowed.checkReading(pattern: "s3://bucket/in/*.parquet?region=eu")
    for path in [
      "s3://bucket/in-secret?region=eu", "s3://bucket/in/../other?region=eu",
      "s3://bucket/in/%2e%2e/other?region=eu", "s3://bucket/in/..%2fother?region=eu",
      "s3://other/in?region=eu",
      "s3://bucket/in/a.parquet?endpoint_override=elsewhere", "s3://user@bucket/in/a?region=eu",
    ] {
      #expect(fileError { try allowed.checkReading(path) } == .notAllowed(path: path), "\(path)")
    }
  }

  @Test func everywhereIsEverywhere() throws {
    try AllowedPaths.everywhere.checkReading("/etc/passwd")
    try AllowedPaths.everywhere.checkWriting("s3://bucket/x")
  }
}
