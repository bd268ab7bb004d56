import Driver
import Executor
import Plan

/// Everything that moves the world on. What belongs to a process that has ended by then is nothing.
enum Happening {
  /// The next frame of a connection reaches one of its two ends.
  case arrival(connection: Int, at: ConnectionEnd)

  case driverStarts
  case driverTicks(run: Int)
  case journalIsWritten(run: Int)
  case jobPlanned(run: Int, JobID)
  case commitGoesOn(run: Int, JobID)
  case outputsAbandoned(run: Int, JobID)

  case executorStarts(host: Int)
  /// The driver's host answers a call, or nobody does.
  case callAnswered(ExecutorID, session: Int)
  case executorBeats(ExecutorID)
  case reportsFlushed(ExecutorID)
  case fetchReachesHolder(Int)
  case fetchEnds(Int, FetchAnswer)
  case attemptComputed(ExecutorID, AttemptID)
  case attemptEnded(ExecutorID, AttemptID, TaskResult)

  case clientSubmits(Int)
  case clientCancels(Int)
  case clientDrops(String)

  case fault(Fault)
  case faultsEnd
}

enum ConnectionEnd {
  case driver, executor
}
