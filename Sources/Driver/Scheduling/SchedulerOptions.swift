/// The limits and waits of a scheduler.
package struct SchedulerOptions: Hashable, Sendable {
  /// An executor that was silent for this long is taken for dead.
  package var heartbeatTimeout: Duration = .seconds(10)
  /// How long jobs wait when no executor is left that can take part: one that went may just be being replaced.
  package var noExecutorTimeout: Duration = .seconds(60)
  /// How long a new job waits for executors to say whether they take part, so that its tasks spread over all of them.
  package var preparationWait: Duration = .milliseconds(200)
  /// How long a task waits for the executor that holds its cached input before it goes elsewhere.
  package var localityWait: Duration = .seconds(1)
  /// Short tasks are launched before there is a slot for them: as many as a slot is expected to run in this time.
  package var timeAhead: Duration = .milliseconds(10)
  /// Tasks that an executor may have at a time, at most, those in its slots included; one a slot it may always have.
  package var tasksAhead = 256
  /// How long an executor that is to leave has for its tasks and for others to take over what it holds.
  package var drainTimeout: Duration = .seconds(60)
  /// Tries of a task that failed for an unforeseen reason.
  package var attemptLimit = 4
  /// Fetches of a task that failed although the holder of the blocks lives, before its job fails.
  package var fetchFailureLimit = 16
  /// A task that the last so many executors that died were all running is poison.
  package var poisonDeaths = 6
  /// So many executors that died while they ran tasks of one stage, and none of its tasks finished in between: the
  /// stage kills them.
  package var stageDeaths = 12
  /// An executor on which tasks of this many jobs failed unexpectedly is left out for a while.
  package var exclusionJobs = 2
  package var exclusionTime: Duration = .seconds(60)

  /// A second attempt of a task may be launched when this part of its stage has finished and it runs so many times as
  /// long as the median of those, and at least so long. The first two are what Spark 3 does
  /// (`spark.speculation.quantile`, `spark.speculation.multiplier`).
  package var speculationQuantile = 0.75
  package var speculationMultiplier = 1.5
  package var speculationTime: Duration = .seconds(1)

  package init() {}
}
