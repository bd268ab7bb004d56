import Wire

// What people, traces and the API call the cases of a history.

extension Roost_AttemptState {
  package var name: String {
    switch self {
    case .running: "running"
    case .finished: "finished"
    case .failed: "failed"
    case .cancelled: "cancelled"
    case .lost: "lost"
    case .unspecified, .UNRECOGNIZED: "unknown"
    }
  }
}

extension Roost_IncidentKind {
  package var name: String {
    switch self {
    case .blocksLost: "blocks lost"
    case .cachedPartitionLost: "cached partition lost"
    case .wrongData: "wrong data"
    case .executorTrouble: "executor trouble"
    case .memoryShort: "memory short"
    case .unexpected: "unexpected"
    case .executorLost: "executor lost"
    case .slowTask: "slow task"
    case .rolledBack: "rolled back"
    case .driverRestarted: "driver restarted"
    case .unspecified, .UNRECOGNIZED: "unknown"
    }
  }
}
