import Foundation
import GRDB
import OrderedCollections
import Plan
import SwiftProtobuf
import Wire

extension DriverJournal {
  /// All that is in the journal. Throws `JournalError.unreadable`.
  package func load() throws(JournalError) -> JournaledState {
    do {
      return try database.read { database in
        JournaledState(
          generation: generation, jobs: try Self.jobs(database),
          executors: try Row.fetchAll(
            database, sql: "SELECT registration FROM executor ORDER BY name"
          ).map { try Roost_RegisterExecutor(serializedBytes: $0["registration"] as Data) },
          cachedTables: try Row.fetchAll(
            database, sql: "SELECT body FROM cached_table ORDER BY rowid"
          ).map {
            try CachedTable(
              wire: Roost_JournaledCachedTable(serializedBytes: $0["body"] as Data))
          })
      }
    } catch {
      throw .unreadable(path: path, reason: "\(error)")
    }
  }

  /// How a job that has ended ran, as bytes of its message; nil when none is kept. Does not wait for what is being written.
  /// Throws `JournalError.unreadable`.
  package func history(of job: JobID) throws(JournalError) -> Data? {
    do {
      return try reader.read { database in
        try Data.fetchOne(
          database, sql: "SELECT history FROM job_history WHERE job = ?", arguments: [job.number])
      }
    } catch {
      throw .unreadable(path: path, reason: "\(error)")
    }
  }

  /// Bytes that it has on the disk.
  package var byteCount: Int64 {
    [path, path + "-wal"].reduce(0) { sum, path in
      let attributes = try? FileManager.default.attributesOfItem(atPath: path)
      return sum + (attributes?[.size] as? Int64 ?? 0)
    }
  }

  private static func jobs(_ database: Database) throws -> [JournaledState.Job] {
    let rows = try Row.fetchAll(
      database,
      sql: """
        SELECT id, submission, submitted, plan, commit_list, ending, length(history) AS history_length
        FROM job LEFT JOIN job_history ON job_history.job = job.id ORDER BY id
        """)
    return try rows.map { row in
      let id = JobID(row["id"])
      return JournaledState.Job(
        id: id,
        submission: try Roost_SubmitJob(serializedBytes: row["submission"] as Data),
        submitted: Date(timeIntervalSince1970: row["submitted"]),
        plan: try (row["plan"] as Data?).map { try Roost_JournaledPlan(serializedBytes: $0) },
        commit: try (row["commit_list"] as Data?).map {
          try CommitJournal(json: Array($0), path: "of job \(id)")
        },
        ending: try (row["ending"] as Data?).map { try Roost_JobDescription(serializedBytes: $0) },
        finished: try finishedTasks(of: id, database),
        historyByteCount: row["history_length"] ?? 0, log: try log(of: id, database))
    }
  }

  private static func log(of job: JobID, _ database: Database) throws -> [JobLog.Piece] {
    try Row.fetchAll(
      database,
      sql: "SELECT start, stage, stage_name, part, epoch, text FROM job_log WHERE job = ? "
        + "ORDER BY start",
      arguments: [job.number]
    ).map { row in
      JobLog.Piece(
        start: row["start"], stage: row["stage"], stageName: row["stage_name"],
        partition: row["part"], epoch: row["epoch"], text: row["text"])
    }
  }

  private static func finishedTasks(
    of job: JobID, _ database: Database
  ) throws -> [RestoredJob.FinishedTask] {
    try Row.fetchAll(
      database,
      sql: "SELECT executor, report FROM finished_task WHERE job = ? ORDER BY stage, part",
      arguments: [job.number]
    ).compactMap { row in
      let report = try Roost_TaskReport(serializedBytes: row["report"] as Data)
      guard case .finished(let outcome) = try TaskResult(wire: report) else { return nil }
      return RestoredJob.FinishedTask(
        attempt: AttemptID(wire: report.attempt), executor: ExecutorID(row["executor"]),
        outcome: outcome)
    }
  }
}
