import Driver
import Plan
import Testing

@Suite struct OutputReservationsTests {
  @Test func anOutputBelongsToOneJobUntilItIsReleased() throws {
    var reservations = OutputReservations()
    try reservations.reserve(["/out/a"], inputs: ["/data/x.csv"], for: JobID(1))
    for path in ["/out/a", "/out/./a/", "/out//b/../a", "file:///out/a", "/out", "/out/a/b"] {
      #expect(throws: OutputError.beingWritten(path: path, by: "job 1")) {
        try reservations.reserve([path], inputs: [], for: JobID(2))
      }
    }
    try reservations.reserve(["/out/ab"], inputs: [], for: JobID(2))
    reservations.release(JobID(1))
    try reservations.reserve(["/out/a"], inputs: [], for: JobID(3))
  }

  @Test func aJobWritesEachPlaceOnce() {
    var reservations = OutputReservations()
    #expect(throws: OutputError.self) {
      try reservations.reserve(["/out", "/out/models"], inputs: [], for: JobID(1))
    }
    // Nothing of a refused reservation stays.
    #expect(throws: Never.self) {
      try reservations.reserve(["/out"], inputs: [], for: JobID(2))
    }
  }

  @Test func anOutputIsNoInput() {
    var reservations = OutputReservations()
    #expect(throws: OutputError.isInput(output: "/data", input: "/data/x.csv")) {
      try reservations.reserve(["/data"], inputs: ["/data/x.csv"], for: JobID(1))
    }
    let remote = "s3://bucket/data/x.csv?endpoint_override=localhost"
    #expect(throws: OutputError.isInput(output: "s3://bucket/data", input: remote)) {
      try reservations.reserve(["s3://bucket/data"], inputs: [remote], for: JobID(1))
    }
    #expect(throws: Never.self) {
      try reservations.reserve(["/data/out"], inputs: ["/data/x.csv"], for: JobID(1))
    }
  }

  @Test func pathsThatNameNoFolderAreRefused() {
    for path in ["", "relative", "/", "/..", "file:///", "/a\0b", "s3://"] {
      #expect(throws: OutputError.self) { try OutputLocation(path) }
    }
  }
}
