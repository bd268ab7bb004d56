import Driver
import Foundation
import Plan
import Testing
import Wire

@Suite struct DriverJournalTests {
  private func finished(stage: Int, epoch: UInt64) -> JournalEntry {
    let attempt = AttemptID(
      task: TaskID(job: JobID(1), stage: stage, partition: 0), epoch: epoch)
    return .taskFinished(
      attempt, ExecutorID("a"),
      Roost_TaskReport(attempt: attempt, result: .finished(TaskOutcome())))
  }

  /// Of what finishes again the new attempt counts, of the rest nothing.
  @Test func whatWasRolledBackDoesNotComeBack() throws {
    let folder = try TemporaryFolder()
    let journal = try DriverJournal(folder: URL(fileURLWithPath: folder.path))
    try journal.write([
      .jobSubmitted(JobID(1), Roost_SubmitJob(), at: Date()),
      finished(stage: 0, epoch: 1), finished(stage: 1, epoch: 2), finished(stage: 2, epoch: 3),
    ])
    try journal.write([
      .stagesRolledBack(JobID(1), stages: [1, 2]), finished(stage: 1, epoch: 4),
    ])
    #expect(try journal.load().jobs[0].finished.map(\.attempt.epoch) == [1, 4])
  }

  @Test func aHistoryGoesWithItsJob() throws {
    let folder = try TemporaryFolder()
    let journal = try DriverJournal(folder: URL(fileURLWithPath: folder.path))
    let history = Data([1, 2, 3])
    for job in [JobID(1), JobID(2)] {
      try journal.write([
        .jobSubmitted(job, Roost_SubmitJob(), at: Date()), .jobEnded(job, Roost_JobDescription()),
      ])
    }
    try journal.write([.historyKept(JobID(1), history)])
    #expect(try journal.history(of: JobID(1)) == history)
    #expect(try journal.history(of: JobID(2)) == nil)
    #expect(try journal.load().jobs.map(\.historyByteCount) == [3, 0])
    try journal.write([.jobForgotten(JobID(1))])
    #expect(try journal.history(of: JobID(1)) == nil)
  }
}
