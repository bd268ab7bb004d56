import Columnar
import Testing

@Suite struct FileListingTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    for name in [
      "b.csv", "a.csv", "Z.csv", "c.txt", "_SUCCESS", ".hidden.csv", "year=2013/x.csv",
      "year=2013/deep/y.csv", "year=2014/x.csv", "_temporary/z.csv", "odd[1].csv", "ä b.csv",
    ] {
      try folder.write(name, "n\n1\n")
    }
  }

  private func names(_ patterns: String...) throws -> [String] {
    try FileListing.list(patterns.map { folder.path + "/" + $0 }).map {
      String($0.path.dropFirst(folder.path.count + 1))
    }
  }

  @Test func aFolderHasAllFilesBelowIt() throws {
    let all = [
      "Z.csv", "a.csv", "b.csv", "c.txt", "odd[1].csv", "year=2013/deep/y.csv",
      "year=2013/x.csv", "year=2014/x.csv", "ä b.csv",
    ]
    #expect(try names("") == all)
    let file = try FileListing.list(["file://" + folder.path + "/%C3%A4%20b.csv"])
    #expect(file.map(\.path) == [folder.path + "/ä b.csv"])
    #expect(file[0].size == 4)
    #expect(file[0].modified > 1_600_000_000_000_000_000)
  }

  @Test func patternsMatchPartsOfPaths() throws {
    #expect(try names("*.csv") == ["Z.csv", "a.csv", "b.csv", "odd[1].csv", "ä b.csv"])
    #expect(try names("[a-b].csv", "?.txt") == ["a.csv", "b.csv", "c.txt"])
    #expect(try names("[!a-z].csv") == ["Z.csv"])
    #expect(try names("year=*/x.csv") == ["year=2013/x.csv", "year=2014/x.csv"])
    #expect(try names("year=2013") == ["year=2013/deep/y.csv", "year=2013/x.csv"])
    #expect(
      try names("year*") == ["year=2013/deep/y.csv", "year=2013/x.csv", "year=2014/x.csv"])
    #expect(try names("**/x.csv") == ["year=2013/x.csv", "year=2014/x.csv"])
    #expect(try names("**/a.csv") == ["a.csv"])
    #expect(try names("odd[1].csv") == ["odd[1].csv"])
    #expect(try names("_*/*.csv") == ["_temporary/z.csv"])
  }

  @Test func eachFileComesOnce() throws {
    #expect(try names("b.csv", "a.csv", "*.csv").prefix(3) == ["Z.csv", "a.csv", "b.csv"])
  }

  @Test func whatIsMissingIsAnError() throws {
    for name in ["nothing.csv", "*.parquet", "no/*.csv", "a.csv/x"] {
      let path = folder.path + "/" + name
      #expect(fileError { _ = try FileListing.list([path]) } == .notFound(path: path))
    }
    try FileSystem.createDirectory(folder.path + "/empty")
    #expect(
      fileError { _ = try FileListing.list([folder.path + "/empty/"]) }
        == .emptyDirectory(path: folder.path + "/empty"))
  }

  @Test func aChangedFileIsNoticed() throws {
    let path = folder.path + "/a.csv"
    let table = try FileTable(
      paths: [path], format: .csv, options: ReadOptions(), declaredSchema: nil)
    let reader = FileReader(
      format: .csv, options: ReadOptions(), fileSchema: table.schema, columns: [0],
      predicates: [], splits: table.partitions(count: nil)[0])
    try folder.write("a.csv", "n\n1\n2\n")
    #expect(fileError { _ = try reader.next() } == .changed(path: path))
  }

  @Test func locationsKeepTheQueryApart() {
    let bucket = FileLocation("s3://bucket/a%20b/?region=x&scheme=http")
    #expect(bucket.base == "s3://bucket/a%20b")
    #expect(
      bucket.appending("c d*.csv").text == "s3://bucket/a%20b/c%20d%2A.csv?region=x&scheme=http")
    #expect(bucket.appending("c d").name == "c d")
    #expect(FileLocation("s3://key:secret@bucket/a?secret_key=b").display == "s3://bucket/a")
    #expect(FileLocation("/").appending("x").text == "/x")
  }
}

@Suite struct FileSystemTests {
  @Test func doesWhatACommitNeeds() throws {
    let folder = try TemporaryFolder()
    let deep = folder.path + "/a/b"
    try FileSystem.createDirectory(deep)
    try FileSystem.createDirectory(deep)
    try FileSystem.write(Array("one".utf8), to: deep + "/x")
    try FileSystem.synchronize(deep + "/x")
    try FileSystem.synchronize(deep)
    #expect(try FileSystem.information(deep + "/x").size == 3)
    try FileSystem.move(deep + "/x", to: deep + "/y")
    #expect(try !FileSystem.exists(deep + "/x"))
    #expect(try FileSystem.read(deep + "/y") == Array("one".utf8))
    #expect(try FileSystem.entries(of: deep).map(\.name) == ["y"])
    try FileSystem.deleteFile(deep + "/y")
    try FileSystem.deleteDirectory(folder.path + "/a")
    #expect(try FileSystem.information(folder.path + "/a").kind == .absent)
  }

  @Test func errorsAreTyped() throws {
    let folder = try TemporaryFolder()
    let missing = folder.path + "/no/file"
    #expect(fileError { _ = try FileSystem.read(missing) } == .notFound(path: missing))
    #expect(fileError { try FileSystem.write([1], to: missing) } == .notFound(path: missing))
    #expect(fileError { try FileSystem.deleteFile(missing) } == .notFound(path: missing))
    let paths = (0..<20).map { "\(folder.path)/\($0)" }
    for path in paths where path != paths[13] { try FileSystem.write([1], to: path) }
    #expect(fileError { try FileSystem.synchronize(paths) } == .notFound(path: paths[13]))
    try FileSystem.synchronize(paths.filter { $0 != paths[13] })
    #expect(fileError { _ = try FileSystem.entries(of: missing) } == .notFound(path: missing))
    guard case .inputOutput? = fileError({ _ = try FileSystem.read(folder.path) }) else {
      Issue.record("a folder was read as a file")
      return
    }
    let unknown = "nosuch://host/file"
    guard let error = fileError({ _ = try FileSystem.information(unknown) }) else {
      Issue.record("an unknown scheme was taken")
      return
    }
    #expect(error.path == unknown)
  }
}
