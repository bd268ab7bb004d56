import Columnar
import Glibc
import Testing

/// Reading and writing through S3's protocol. Runs where `ROOST_TEST_S3` names a bucket of a test server:
///
///     pip install 'moto[server]' && moto_server -p 5123 &
///     export AWS_ACCESS_KEY_ID=a AWS_SECRET_ACCESS_KEY=b
///     export ROOST_TEST_S3='s3://test?endpoint_override=127.0.0.1:5123&scheme=http&region=us-east-1'\
///     '&allow_bucket_creation=true&allow_delayed_open=true'
@Suite(.enabled(if: getenv("ROOST_TEST_S3") != nil)) struct ObjectStoreTests {
  private func root() throws -> FileLocation {
    let bucket = FileLocation(String(cString: getenv("ROOST_TEST_S3")))
    try FileSystem.createDirectory(bucket.text)
    return bucket.appending("tests")
  }

  @Test(arguments: FileFormat.allCases) func rowsGoThereAndBack(format: FileFormat) throws {
    let folder = try root().appending("rows of \(format)")
    if try FileSystem.exists(folder.text) { try FileSystem.deleteDirectory(folder.text) }
    try FileSystem.createDirectory(folder.text)
    let batch = RecordBatch([
      ("n", Column(longs: [1, nil, 3])), ("t", try Column(strings: ["a", "b", nil])),
    ])
    for name in ["part-0", "part 1"] {
      let writer = try FileWriter(
        path: folder.appending(name).text, format: format, schema: batch.schema)
      try writer.write(batch)
      #expect(try writer.finish().rowCount == 3)
    }
    try FileSystem.write(Array("done".utf8), to: folder.appending("_SUCCESS").text)
    let expected: [Scalar] = [.integer(1), .null, .integer(3)]
    #expect(try ReadRows([folder.text], format)["n"] == expected + expected)
    let pattern = folder.appending("part").base + "*" + folder.query
    #expect(try ReadRows([pattern], format, partitions: 2)["n"].count == 6)
    #expect(try FileSystem.read(folder.appending("_SUCCESS").text) == Array("done".utf8))
    try FileSystem.deleteDirectory(folder.text)
    let missing = folder.appending("part-0").text
    #expect(fileError { _ = try FileListing.list([missing]) } == .notFound(path: missing))
  }

  @Test func anUploadThatIsGivenUpLeavesNothing() throws {
    let path = try root().appending("given up").text
    do {
      let writer = try FileWriter(
        path: path, format: .json, schema: Schema([Field("a", .long)]))
      try writer.write(RecordBatch([("a", Column(longs: [1]))]))
    }
    #expect(try !FileSystem.exists(path))
  }
}
