import Columnar
import Foundation
import Plan
import Wire

/// What a driver might say of a job whose names are as hostile as its users can make them.
enum Fixture {
  static let hostileName = "<script>alert('x')</script> & \"co\""
  static let hostileKey = "O'Hare \"☃️\" <b>\\"

  static let jobFile = """
    name: fixture
    tables:
      rows: {read: rows.csv}
      models:
        from: rows
        where: y > 0
        group_by: [place, "year(day) AS year"]
        train:
          learner: [LinearRegression]
          label: y
          features: [x, greatest(x, z) AS most, place]
          categorical: place
          test_fraction: 0.2
    outputs:
      models: {write: out/models, mode: overwrite}
      rows: {show: 3}
    """

  static func job(
    state: Roost_JobState = .succeeded, name: String = "fixture", error: String = ""
  ) -> Roost_JobDescription {
    .with {
      $0.job = 3
      $0.name = name
      $0.state = state
      $0.submittedMilliseconds = 1_700_000_000_000
      $0.elapsedMilliseconds = 4200
      $0.error = error
      $0.progress.retries = 2
      $0.progress.stages = [
        .with {
          $0.id = 0
          $0.name = "rows"
          $0.tasks = 4
          $0.finished = 4
        },
        .with {
          $0.id = 1
          $0.name = "models"
          $0.tasks = 2
          $0.finished = state == .succeeded ? 2 : 1
          $0.running = state == .succeeded ? 0 : 1
        },
      ]
    }
  }

  /// Two stages, an executor that was lost in their midst, a trained table.
  static func history() -> Roost_JobHistory {
    .with {
      $0.job = 3
      $0.jobFile = jobFile
      $0.fileName = "fixture.yaml"
      $0.folder = "/data"
      $0.plan = "job fixture: 2 stages, 6 tasks"
      $0.executors = ["one", hostileName]
      $0.stages = [stage(0, "rows", tasks: 4), stage(1, "models", tasks: 2)]
      $0.stages[0].inputs = [
        .with {
          $0.scan = "read csv /data/rows.csv: 4 splits, 3 of 5 columns"
          $0.rows = 1000
          $0.bytes = 64_000
          $0.readingMicroseconds = 1500
        }
      ]
      $0.stages[0].outputs = [
        .with {
          $0.exchange = 0
          $0.rows = 900
          $0.bytes = 50_000
        }
      ]
      $0.stages[1].inputs = [
        .with {
          $0.exchange = 0
          $0.rows = 900
          $0.bytes = 50_000
          $0.readingMicroseconds = 20_000
        }
      ]
      $0.stages[1].outputs = [
        .with {
          $0.result = 0
          $0.rows = 12
          $0.bytes = 3000
        }
      ]
      $0.results = [
        .with {
          $0.table = "models"
          $0.action = "write"
          $0.place = "/data/out/models"
          $0.rows = 12
          $0.bytes = 3000
        }
      ]
      $0.attempts = [
        attempt(stage: 0, 0, on: 0, 0...900_000),
        attempt(stage: 0, 1, on: 0, 0...800_000),
        attempt(stage: 0, 2, on: 1, 100...500_000, .lost, cause: "executor is gone"),
        attempt(stage: 0, 2, on: 0, 900_000...1_800_000, epoch: 9),
        attempt(stage: 1, 0, on: 0, 1_800_000...4_000_000, .failed, cause: "<i>wrong</i>"),
      ]
      $0.incidents = [
        .with {
          $0.number = 1
          $0.time = 500_000
          $0.kind = .executorLost
          $0.text = "its connection was closed"
          $0.executor = hostileName
        }
      ]
      $0.trainings = [training()]
    }
  }

  static func stage(_ id: UInt32, _ name: String, tasks: UInt32) -> Roost_StageHistory {
    var times = Distribution()
    for value in 1...Int(tasks) { times.add(Double(value) * 1000) }
    return .with {
      $0.id = id
      $0.name = name
      $0.tasks = tasks
      $0.finished = tasks
      $0.began = 0
      $0.ended = 4_000_000
      $0.runningTimes = times.wire
      $0.inputRows = times.wire
      $0.shuffleBytes = times.wire
    }
  }

  static func attempt(
    stage: UInt32, _ partition: UInt32, on executor: UInt32, _ time: ClosedRange<Int64>,
    _ state: Roost_AttemptState = .finished, epoch: UInt64 = 1, cause: String = ""
  ) -> Roost_AttemptHistory {
    .with {
      $0.stage = stage
      $0.partition = partition
      $0.executor = executor
      $0.epoch = epoch
      $0.launched = time.lowerBound
      $0.began = time.lowerBound
      if state != .running { $0.ended = time.upperBound }
      $0.state = state
      $0.cause = cause
    }
  }

  static func training() -> Roost_TrainingSummary {
    var summary = TrainingSummary(operatorIndex: 0, learner: "LinearRegression")
    summary.groups = 12
    summary.errors = 1
    for name in ["train_rmse", "test_rmse", "test_r2"] {
      var metric = MetricSummary(name: name)
      for value in 1...11 {
        metric.values.add(Double(value))
        let group = GroupValue(keys: keys, value: Double(value))
        metric.lowest.add(group)
        metric.highest.add(group)
      }
      summary.metrics.append(metric)
    }
    summary.largestGroups.add(GroupValue(keys: keys, value: 300))
    return summary.wire(stage: 1)
  }

  static let keys = [
    GroupValue.Key(column: "place", value: hostileKey), GroupValue.Key(column: "year", value: nil),
  ]

  static func executor(_ name: String) -> Roost_ExecutorDescription {
    .with {
      $0.executor = name
      $0.slots = 2
      $0.running = 1
      $0.memory = 1 << 30
      $0.status.memoryUsed = 1 << 29
      $0.silenceMilliseconds = 200
    }
  }
}
