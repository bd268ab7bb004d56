import Foundation
import Plan
import Wire

// A history as it travels and as the journal keeps it.

extension JobHistory {
  package func wire(of job: JobID, submitted: Date) -> Roost_JobHistory {
    .with {
      $0.job = job.number
      $0.jobFile = jobFile.text
      $0.fileName = jobFile.name
      $0.folder = jobFile.folder
      $0.plan = plan
      $0.submittedMilliseconds = Int64(submitted.timeIntervalSince1970 * 1000)
      $0.stages = stages.enumerated().map { $1.wire(id: $0) }
      $0.results = results.map(\.wire)
      $0.executors = executors.map(\.name)
      $0.attempts =
        (finished + unfinished).sorted { ($0.ended ?? .zero) < ($1.ended ?? .zero) }
        .map(\.wire) + running.map(\.wire)
      $0.leftOutAttempts = UInt64(leftOutAttempts)
      $0.incidents = incidents.map(\.wire)
      $0.leftOutIncidents = incidentCount - UInt64(incidents.count)
      $0.trainings = trainings.map { $1.wire(stage: $0.stage) }
    }
  }
}

extension StageHistory {
  fileprivate func wire(id: Int) -> Roost_StageHistory {
    .with {
      $0.id = UInt32(id)
      $0.name = name
      $0.tasks = UInt32(taskCount)
      $0.running = UInt32(runningCount)
      $0.finished = UInt32(finishedCount)
      $0.isIndeterminate = isIndeterminate
      $0.inputs = inputs.map(\.wire)
      $0.outputs = outputs.map(\.wire)
      if let began { $0.began = began.microseconds }
      if let ended { $0.ended = ended.microseconds }
      $0.runningTimes = runningTimes.wire
      $0.inputRows = inputRows.wire
      $0.outputRows = outputRows.wire
      $0.shuffleBytes = shuffleBytes.wire
      $0.failedAttempts = UInt32(failedAttempts)
      $0.lostAttempts = UInt32(lostAttempts)
      $0.speculativeAttempts = UInt32(speculativeAttempts)
    }
  }
}

extension StageHistory.Input {
  fileprivate var wire: Roost_StageHistory.StageInput {
    .with {
      switch source {
      case .scan(let text): $0.scan = text
      case .exchange(let exchange): $0.exchange = UInt32(exchange)
      case .cached(let name): $0.cached = name
      }
      $0.rows = Int64(rows)
      $0.bytes = bytes
      $0.readingMicroseconds = readingTime.microseconds
    }
  }
}

extension StageHistory.Output {
  fileprivate var wire: Roost_StageHistory.StageOutput {
    .with {
      switch target {
      case .exchange(let exchange, _): $0.exchange = UInt32(exchange)
      case .result(let result): $0.result = UInt32(result)
      }
      $0.rows = Int64(rows)
      $0.bytes = bytes
    }
  }
}

extension ResultHistory {
  fileprivate var wire: Roost_ResultHistory {
    .with {
      $0.table = table
      $0.action = action
      $0.place = place
      $0.rows = Int64(rows)
      $0.bytes = bytes
    }
  }
}

extension AttemptHistory {
  fileprivate var wire: Roost_AttemptHistory {
    .with {
      $0.stage = UInt32(task.stage)
      $0.partition = UInt32(task.partition)
      $0.epoch = epoch
      $0.executor = UInt32(executor)
      $0.launched = launched.microseconds
      $0.began = began.microseconds
      if let ended { $0.ended = ended.microseconds }
      $0.state =
        switch state {
        case .running: .running
        case .finished: .finished
        case .failed: .failed
        case .cancelled: .cancelled
        case .lost: .lost
        }
      $0.isSpeculative = isSpeculative
      $0.inputRows = Int64(inputRows)
      $0.outputRows = Int64(outputRows)
      $0.shuffleBytes = shuffleBytes
      $0.cause = cause
    }
  }
}

extension JobIncident {
  var wire: Roost_JobIncident {
    .with {
      $0.number = number
      $0.time = time.microseconds
      $0.kind =
        switch kind {
        case .blocksLost: .blocksLost
        case .cachedPartitionLost: .cachedPartitionLost
        case .wrongData: .wrongData
        case .executorTrouble: .executorTrouble
        case .memoryShort: .memoryShort
        case .unexpected: .unexpected
        case .executorLost: .executorLost
        case .slowTask: .slowTask
        case .rolledBack: .rolledBack
        case .driverRestarted: .driverRestarted
        }
      $0.text = text
      if let stage { $0.stage = UInt32(stage) }
      if let partition { $0.partition = UInt32(partition) }
      $0.executor = executor?.name ?? ""
    }
  }
}
