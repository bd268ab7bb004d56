import Columnar
import Driver
import Foundation
import Plan
import Testing

/// A driver that dies in the middle of a commit.
@Suite struct CommitRecoveryTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Takes this many steps of a commit of two outputs and forgets everything; false when the commit was done.
  private func cutCommit(after steps: Int, _ writes: [FileWrite]) throws -> Bool {
    let place = LocalOutput()
    let outputs = try writes.enumerated().map { index, write in
      let staged = try OutputCommitter().prepare(write, for: JobID(1))
      return try completed(
        staged, ["zero of \(index)", "one of \(index)"],
        artifacts: [["new": "new of \(index)"], ["deep/er/new": "deep of \(index)"]])
    }
    let journal = CommitJournal(outputs: try outputs.map { try place.decide($0) })
    var left = steps
    func isCut() -> Bool {
      left -= 1
      return left < 0
    }
    for output in journal.outputs.reversed() {
      if isCut() { return false }
      try place.write(journal, for: output)
    }
    for output in journal.outputs {
      repeat { if isCut() { return true } } while try place.takeStep(output)
    }
    for output in journal.outputs.reversed() {
      if isCut() { return true }
      try place.discard(output)
    }
    return true
  }

  private func expected(_ names: [String], firstPart: Int = 0) -> [String: String] {
    var files: [String: String] = [:]
    for (index, name) in names.enumerated() {
      files["\(name)/part-0000\(firstPart).parquet"] = "zero of \(index)"
      files["\(name)/part-0000\(firstPart + 1).parquet"] = "one of \(index)"
      files["\(name)/_artifacts/new"] = "new of \(index)"
      files["\(name)/_artifacts/deep/er/new"] = "deep of \(index)"
    }
    return files
  }

  /// A later job that prepares either output finds the commit done, or nothing of it.
  @Test(arguments: [FileWrite.Mode.error, .overwrite, .append], [false, true])
  func aCommitThatWasDecidedOnIsFinished(mode: FileWrite.Mode, exists: Bool) throws {
    if exists, mode == .error { return }
    var steps = 0
    var endedWhole = false
    while !endedWhole {
      let run = "run\(steps)"
      let names = ["\(run)/a", "\(run)/b"]
      var old: [String: String] = [:]
      if exists {
        for name in names {
          try commit(folder.write(name), ["old"], artifacts: [["deep/old": "old"]])
          old["\(name)/part-00000.parquet"] = "old"
          old["\(name)/_artifacts/deep/old"] = "old"
        }
      }
      let isDecided = try cutCommit(after: steps, names.map { folder.write($0, mode) })
      endedWhole = folder.files.keys.allSatisfy { !$0.hasPrefix(run) || !$0.contains("staging") }

      // Whoever reads now sees the old output, the new one or (once) none; of an append maybe some.
      if mode != .append {
        for (index, name) in names.enumerated() {
          let seen = folder.parts.filter { $0.key.hasPrefix("\(name)/") }
          let new = expected(names).filter { $0.key.hasPrefix("\(names[index])/") }
          let before = old.filter { $0.key.hasPrefix("\(name)/") }
          #expect(seen == new || seen == before, "after \(steps) steps")
        }
      }

      // The next job starts from the second output, whose folder holds a copy of the journal.
      for name in names.reversed() {
        if let next = try? OutputCommitter().prepare(folder.write(name, .append), for: JobID(2)) {
          OutputCommitter().abort([next])
        }
      }
      let now = folder.parts.filter { $0.key.hasPrefix("\(run)/") }
      if isDecided {
        let new = expected(names, firstPart: mode == .append && exists ? 1 : 0)
        #expect(now == (mode == .append ? new.merging(old) { one, _ in one } : new))
      } else {
        #expect(now == old)
      }
      #expect(!folder.files.keys.contains { $0.contains("staging") })
      steps += 1
    }
    #expect(steps > 6)
  }

  @Test func aCommitThatCanNoLongerBeDoneIsDropped() throws {
    _ = try cutCommit(after: 2, [folder.write("out"), folder.write("other")])
    try folder.put("mine", at: "out/file")
    #expect(throws: OutputError.exists(path: "\(folder.path)/out")) {
      try OutputCommitter().prepare(folder.write("out"), for: JobID(2))
    }
    #expect(folder.files["out/file"] == "mine")
  }

  @Test func abortingLeavesADecidedCommitToBeFinished() throws {
    let place = LocalOutput()
    let staged = try OutputCommitter().prepare(folder.write("out"), for: JobID(1))
    let output = try place.decide(completed(staged, ["zero"]))
    try place.write(CommitJournal(outputs: [output]), for: output)
    OutputCommitter().abort([staged])
    #expect(throws: OutputError.exists(path: "\(folder.path)/out")) {
      try OutputCommitter().prepare(folder.write("out"), for: JobID(2))
    }
    #expect(folder.parts == ["out/part-00000.parquet": "zero"])
    #expect(folder.files.count == 2)
  }

  @Test func whatADeadJobLeftGoesAway() throws {
    do {
      let staged = try OutputCommitter().prepare(folder.write("out"), for: JobID(1))
      _ = try completed(staged, ["zero"])
    }
    try commit(folder.write("out"), ["new"], job: 2)
    #expect(folder.parts == ["out/part-00000.parquet": "new"])
  }

  /// The driver's own journal has the decision and nothing else does yet; or all was done and only the end of the job was
  /// not written down. The next driver goes on from the list, as often as it likes.
  @Test(arguments: [FileWrite.Mode.error, .overwrite, .append])
  func aDecisionIsCarriedOutFromTheListAlone(mode: FileWrite.Mode) throws {
    struct Killed: Error {}
    if mode != .error { try commit(folder.write("a"), ["old", "older"]) }
    let staged = try OutputCommitter().prepare(folder.write("a", mode), for: JobID(2))
    let outputs = [
      try completed(staged, ["zero of 0", "one of 0"], artifacts: [["a/b": "artifact of 0"]])
    ]
    var decision: CommitJournal?
    #expect(throws: Killed.self) {
      try OutputCommitter().commit(outputs) {
        decision = $0
        throw Killed()
      }
    }
    let journal = try #require(decision)
    for _ in 0..<2 {
      try OutputCommitter().resume(journal)
      let parts = folder.parts
      #expect(parts.values.filter { $0.hasSuffix("of 0") }.count == 3)
      #expect(parts.count == (mode == .append ? 5 : 3), "\(parts)")
      #expect(parts["a/_artifacts/a/b"] == "artifact of 0")
      #expect(folder.files["a/_SUCCESS"] != nil)
      #expect(!folder.files.keys.contains { $0.contains("staging") }, "\(folder.files.keys)")
    }
  }
}
