import Driver
import Wire

// What commands ask about one job.

extension DriverOption {
  func description(ofJob id: UInt64) throws -> Roost_JobDescription {
    try ask {
      $0.describeJob.job = id
    } expecting: {
      if case .jobDescription(let job) = $0 { job } else { nil }
    }
  }

  func history(ofJob id: UInt64) throws -> Roost_JobHistory {
    try ask {
      $0.readJobHistory.job = id
    } expecting: {
      if case .jobHistory(let history) = $0 { history } else { nil }
    }
  }
}
