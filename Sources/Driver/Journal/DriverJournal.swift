import Columnar
import Foundation
import GRDB
import Plan
import SwiftProtobuf
import Wire

/// What a driver must not forget, in an SQLite database of its state folder: a later driver goes on from it.
///
/// What was written is on the disk when `write` returns. All calls block and may come from any thread.
package final class DriverJournal: Sendable {
  let path: String
  let database: DatabaseQueue
  /// For what is read while another thread writes.
  let reader: DatabaseQueue
  private let lock: FileLock
  /// Of this driver: larger than that of each earlier one, and on the disk before anybody hears of it.
  package let generation: UInt64

  /// Opens or makes the journal of a folder, which one driver uses at a time. Throws `JournalError`.
  package init(folder: URL) throws(JournalError) {
    path = folder.appendingPathComponent("journal.sqlite").path
    do {
      // It holds what jobs say and show.
      try FileManager.default.createDirectory(
        at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
      guard let lock = try FileLock(folder.appendingPathComponent("_LOCK").path) else {
        throw JournalError.inUse(folder: folder.path)
      }
      self.lock = lock
      var configuration = Configuration()
      configuration.journalMode = .wal
      database = try DatabaseQueue(path: path, configuration: configuration)
      try database.writeWithoutTransaction { database in
        // With a log that is synced at each commit nothing that was acknowledged is lost, even without power.
        try database.execute(sql: "PRAGMA synchronous = FULL")
      }
      try Self.migrator.migrate(database)
      var reading = Configuration()
      reading.readonly = true
      reader = try DatabaseQueue(path: path, configuration: reading)
      generation = try database.write { database in
        // Also when the clock was turned back.
        let last = try UInt64.fetchOne(database, sql: "SELECT generation FROM driver") ?? 0
        let next = max(last + 1, Self.clockGeneration)
        try database.execute(sql: "DELETE FROM driver")
        try database.execute(sql: "INSERT INTO driver (generation) VALUES (?)", arguments: [next])
        return next
      }
    } catch let error as JournalError {
      throw error
    } catch {
      throw .cannotOpen(folder: folder.path, reason: "\(error)")
    }
  }

  /// Milliseconds since 1970: it grows from start to start as long as nobody turns the clock back.
  static var clockGeneration: UInt64 {
    UInt64(max(0, Date().timeIntervalSince1970 * 1000)) & (1 << 42 - 1)
  }

  private static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1") { database in
      try database.execute(
        sql: """
          CREATE TABLE driver (generation INTEGER NOT NULL);
          CREATE TABLE job (
            id INTEGER PRIMARY KEY, submission BLOB NOT NULL, submitted REAL NOT NULL,
            plan BLOB, commit_list BLOB, ending BLOB);
          CREATE TABLE finished_task (
            job INTEGER NOT NULL, stage INTEGER NOT NULL, part INTEGER NOT NULL,
            executor TEXT NOT NULL, report BLOB NOT NULL,
            PRIMARY KEY (job, stage, part)) WITHOUT ROWID;
          CREATE TABLE executor (name TEXT PRIMARY KEY, registration BLOB NOT NULL);
          CREATE TABLE cached_table (
            name TEXT NOT NULL, job INTEGER NOT NULL, body BLOB NOT NULL, UNIQUE (name, job));
          """)
    }
    migrator.registerMigration("2") { database in
      try database.execute(
        sql: """
          CREATE TABLE job_log (
            job INTEGER NOT NULL, start INTEGER NOT NULL, stage INTEGER NOT NULL,
            stage_name TEXT NOT NULL, part INTEGER NOT NULL, epoch INTEGER NOT NULL,
            text TEXT NOT NULL);
          CREATE UNIQUE INDEX job_log_order ON job_log (job, start);
          """)
    }
    migrator.registerMigration("3") { database in
      try database.execute(
        sql: "CREATE TABLE job_history (job INTEGER PRIMARY KEY, history BLOB NOT NULL);")
    }
    return migrator
  }

  /// Writes all entries or none.
  package func write(_ entries: [JournalEntry]) throws(JournalError) {
    do {
      try database.write { database in
        for entry in entries { try Self.write(entry, to: database) }
      }
    } catch {
      throw .cannotWrite(path: path, reason: "\(error)")
    }
  }

  private static func write(_ entry: JournalEntry, to database: Database) throws {
    func execute(_ sql: String, _ arguments: StatementArguments) throws {
      try database.cachedStatement(sql: sql).execute(arguments: arguments)
    }
    switch entry {
    case .jobSubmitted(let job, let submission, let time):
      try execute(
        "INSERT INTO job (id, submission, submitted) VALUES (?, ?, ?)",
        [job.number, bytes(submission), time.timeIntervalSince1970])
    case .jobPlanned(let job, let plan):
      try execute("UPDATE job SET plan = ? WHERE id = ?", [bytes(plan), job.number])
      // Of a plan that did not get here.
      try execute("DELETE FROM finished_task WHERE job = ?", [job.number])
    case .taskFinished(let attempt, let executor, let report):
      try execute(
        "INSERT OR REPLACE INTO finished_task (job, stage, part, executor, report) "
          + "VALUES (?, ?, ?, ?, ?)",
        [
          attempt.task.job.number, attempt.task.stage, attempt.task.partition, executor.name,
          bytes(report),
        ])
    case .outputsMoved(let attempt, let executor):
      try execute(
        "UPDATE finished_task SET executor = ? WHERE job = ? AND stage = ? AND part = ?",
        [
          executor.name, attempt.task.job.number, attempt.task.stage, attempt.task.partition,
        ])
    case .stagesRolledBack(let job, let stages):
      for stage in stages {
        try execute(
          "DELETE FROM finished_task WHERE job = ? AND stage = ?", [job.number, stage])
      }
    case .commitDecided(let job, let commit):
      try execute(
        "UPDATE job SET commit_list = ? WHERE id = ?", [Data(commit.json()), job.number])
    case .jobEnded(let job, let ending):
      try execute(
        "UPDATE job SET ending = ?, plan = NULL, commit_list = NULL WHERE id = ?",
        [bytes(ending), job.number])
      try execute("DELETE FROM finished_task WHERE job = ?", [job.number])
    case .jobForgotten(let job):
      try execute("DELETE FROM job WHERE id = ?", [job.number])
      try execute("DELETE FROM job_log WHERE job = ?", [job.number])
      try execute("DELETE FROM job_history WHERE job = ?", [job.number])
    case .historyKept(let job, let history):
      try execute(
        "INSERT OR REPLACE INTO job_history (job, history) VALUES (?, ?)", [job.number, history])
    case .logged(let job, let piece):
      try execute(
        "INSERT INTO job_log (job, start, stage, stage_name, part, epoch, text) "
          + "VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
          job.number, piece.start, piece.stage, piece.stageName, piece.partition, piece.epoch,
          piece.text,
        ])
    case .logTrimmed(let job, let start):
      try execute("DELETE FROM job_log WHERE job = ? AND start < ?", [job.number, start])
    case .executorRegistered(let registration):
      try execute(
        "INSERT OR REPLACE INTO executor (name, registration) VALUES (?, ?)",
        [registration.executor, bytes(registration)])
    case .executorLost(let executor):
      try execute("DELETE FROM executor WHERE name = ?", [executor.name])
    case .cachedTableKept(let table, let body):
      try execute(
        "INSERT INTO cached_table (name, job, body) VALUES (?, ?, ?) "
          + "ON CONFLICT (name, job) DO UPDATE SET body = excluded.body",
        [table.name, table.job.number, bytes(body)])
    case .cachedTableForgotten(let table):
      try execute(
        "DELETE FROM cached_table WHERE name = ? AND job = ?", [table.name, table.job.number])
    }
  }

  private static func bytes(_ message: some Message) throws -> Data {
    try message.serializedBytes()
  }
}
