import Plan

/// What rows are, for a simulation: a number that stands for all that they were computed from, in its order. An input
/// that is wrong, missing, doubled or out of order gives another number, and so does all that is computed from it.
typealias Lineage = UInt64

extension Lineage {
  /// Of no rows at all.
  static let nothing: Lineage = 0x6E6F_7468_696E_6700

  func followed(by word: UInt64) -> Lineage {
    var z = self &+ 0x9E37_79B9_7F4A_7C15 &+ word &* 0xD6E8_FEB8_6659_FD93
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// Of what a task scans. Two stages of any two jobs have different names here.
  static func scan(of stage: Stage, partition: Int) -> Lineage {
    stage.name.utf8.reduce(nothing) { $0.followed(by: UInt64($1)) }.followed(by: UInt64(partition))
  }

  /// Of what a task with these rows writes as one producer of an exchange for one of its partitions.
  func part(exchange: Int, producer: Int, target: Int) -> Lineage {
    followed(by: UInt64(exchange)).followed(by: UInt64(producer)).followed(by: UInt64(target))
  }

  /// The partitions of an exchange that a task with these rows has some for: about three of four.
  func targets(exchange: Int, producer: Int, of partitionCount: Int) -> [Int] {
    (0..<partitionCount).filter {
      part(exchange: exchange, producer: producer, target: $0) & 3 != 0
    }
  }

  /// Of a partition of a result.
  func part(result: Int) -> Lineage { followed(by: UInt64(result) | 1 << 32) }
}

extension StagePlan {
  /// What each partition of each result has to be, computed in the plainest way.
  ///
  /// - Parameters:
  ///   - job: the one that the plan is of.
  ///   - ancestry: the attempts of indeterminate tasks that were read.
  ///   - cached: the partitions of the cached tables that it reads, by name.
  func lineage(
    of job: JobID, from ancestry: Ancestry, cached: [String: [Lineage]]
  ) -> [[Lineage]] {
    var rows: [[Lineage]] = []
    var results = self.results.map { Array(repeating: Lineage.nothing, count: $0.partitionCount) }
    for stage in stages {
      rows.append(
        (0..<stage.partitionCount).map { partition in
          let read = stage.inputs.reduce(Lineage.nothing) { sum, input in
            switch input {
            case .scan: sum.followed(by: .scan(of: stage, partition: partition))
            case .cached(let name, _): sum.followed(by: cached[name]![partition])
            case .exchange(let exchange):
              sum.followed(
                by: exchanged(
                  exchange, target: exchanges[exchange].partition(readBy: partition), rows: rows))
            }
          }
          guard stage.isIndeterminate else { return read }
          let task = TaskID(job: job, stage: stage.id, partition: partition)
          return read.followed(by: ancestry.epochs[task] ?? 0)
        })
      for sink in stage.sinks {
        guard case .result(let result, let first) = sink.target else { continue }
        for partition in 0..<stage.partitionCount {
          results[result][first + partition] = rows[stage.id][partition].part(result: result)
        }
      }
    }
    return results
  }

  private func exchanged(_ index: Int, target: Int, rows: [[Lineage]]) -> Lineage {
    let exchange = exchanges[index]
    var sum = Lineage.nothing
    for (producer, stage) in exchange.producers.enumerated() {
      for task in rows[stage]
      where task.targets(exchange: index, producer: producer, of: exchange.partitionCount)
        .contains(target)
      {
        sum = sum.followed(by: task.part(exchange: index, producer: producer, target: target))
      }
    }
    return sum
  }
}
