import Logging
import Plan

extension AttemptID {
  /// What a line of the log about it is found by.
  var metadata: Logger.Metadata {
    [
      "job": "\(task.job)", "stage": "\(task.stage)", "task": "\(task.partition)",
      "epoch": "\(epoch)",
    ]
  }
}
