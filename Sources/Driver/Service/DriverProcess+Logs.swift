import Plan
import Wire

// What the functions of jobs print: kept with the job, told to those who follow it.

extension DriverProcess {
  /// A client that follows a job.
  struct Watcher {
    let client: ConnectionID
    /// The bytes of the log that it has been told, or that are gone; nil when it does not want to hear of it.
    var heardLog: Int64?
  }

  func takeLogs(_ logs: Roost_TaskLogs) {
    for text in logs.texts where !text.text.isEmpty {
      let attempt = AttemptID(wire: text.attempt)
      let task = attempt.task
      // What makes a cached table again belongs to the job that made it first.
      guard let job = scheduler.owner(of: task.job), jobs[job]?.hasEnded == false,
        let stages = scheduler.plan(of: task.job)?.stages, stages.indices.contains(task.stage)
      else { continue }
      let piece = jobs[job]!.log.append(
        text.text, of: attempt, stageName: stages[task.stage].name)
      record(.logged(job, piece))
      if let start = jobs[job]!.log.trim() { record(.logTrimmed(job, before: start)) }
    }
  }

  func reportLogs() {
    for job in watchers.keys {
      for index in watchers[job]!.indices {
        // A client that was stopped hears what is still kept when it goes on.
        guard connections[watchers[job]![index].client]?.isWritable == true else { continue }
        tellLog(of: job, to: &watchers[job]![index])
      }
    }
  }

  /// Tells what the watcher has not heard.
  func tellLog(of job: JobID, to watcher: inout Watcher) {
    guard let heard = watcher.heardLog, let log = jobs[job]?.log, log.end > heard else { return }
    watcher.heardLog = log.end
    connections[watcher.client]?.send(
      Roost_ControlMessage.with { $0.jobLog = log.wire(of: job, after: heard) })
  }

  /// The logs of the latest jobs stay, as much of them as the options allow.
  func forgetOldLogs() {
    var kept = 0
    for id in jobs.keys.reversed() where jobs[id]!.hasEnded {
      kept += jobs[id]!.log.byteCount
      guard kept > options.logBytesLimit, let start = jobs[id]!.log.trim(to: 0) else { continue }
      record(.logTrimmed(id, before: start))
    }
  }
}

extension JobLog {
  func wire(of job: JobID, after heard: Int64) -> Roost_JobLog {
    let (leftOut, pieces) = pieces(after: heard)
    return .with {
      $0.job = job.number
      $0.leftOutBytes = leftOut
      $0.end = end
      $0.texts = pieces.map { piece in
        .with {
          $0.stage = UInt32(piece.stage)
          $0.stageName = piece.stageName
          $0.partition = UInt32(piece.partition)
          $0.epoch = piece.epoch
          $0.text = piece.text
        }
      }
    }
  }
}
