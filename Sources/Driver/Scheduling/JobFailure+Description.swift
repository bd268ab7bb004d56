import Plan

extension JobFailure: CustomStringConvertible {
  package var description: String {
    switch self {
    case .wrongData(_, let message): message
    case .attemptsExhausted(let task, let attempts, let last):
      "\(task): failed \(attempts) times, each time on another try; the last time: \(last)"
    case .poison(let task, let deaths):
      "\(task): the last \(deaths) executors that died were all running it, so it is not tried again. "
        + "Look at the executors' logs and at the memory that the partition needs"
    case .poisonStage(let task, let deaths):
      "\(task): \(deaths) executors died running tasks of this stage and none of its tasks finished in between, "
        + "so it is not tried again. Look at the executors' logs and at the memory that its partitions need"
    case .fetchesFailed(let task, let attempts, let last):
      "\(task): could not fetch its input after \(attempts) tries: \(last)"
    case .noExecutor(let waited):
      "no executor was registered for \(waited.components.seconds) s. Start one with "
        + "'roost executor --driver HOST:PORT' and submit the job again"
    case .refusedByAll(let reasons):
      "no executor takes part in the job. " + reasons.joined(separator: "; ")
    case .commitFailed(let message): "the outputs could not be committed: \(message)"
    case .cachedTableGone(let name):
      "the cached table '\(name)' is gone. 'roost cached' lists those that there are"
    case .cachedTableChanged(let name):
      "another job replaced the cached table '\(name)' while this one was being planned. Submit it again"
    case .tooLarge(let byteCount, let limit):
      "the plan of a stage takes \(byteCount) bytes, more than the \(limit) that an executor takes. "
        + "Read fewer files at once, or say fewer 'partitions'"
    case .quotedNewline(let path):
      "\(path): a quoted value holds a newline, so the file cannot be read in splits. "
        + "Say 'options: {multiLine: true}' for it"
    }
  }
}
