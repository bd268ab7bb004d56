import OrderedCollections
import Plan

/// A table whose partitions live in executors between jobs, with the plan that computes them again.
package struct CachedTable: Hashable, Sendable {
  package let id: CachedTableID
  /// The plan of the job that made it; `result` is its index there.
  package let plan: StagePlan
  package let result: Int
  package let cachedInputs: OrderedDictionary<String, CachedTableID>
  package var parts: [CachedLocation?]
  /// Whether it comes out otherwise when it is made again: by a stage that is indeterminate, or from such a table. It is
  /// there whole or not at all.
  var isIndeterminate = false
  /// The job that computes lost partitions again, while there is one.
  var restoration: JobID?
  /// Dropped or replaced: it goes when no live job reads it.
  package var isDropped = false

  package init(
    id: CachedTableID, plan: StagePlan, result: Int,
    cachedInputs: OrderedDictionary<String, CachedTableID>, parts: [CachedLocation?]
  ) {
    self.id = id
    self.plan = plan
    self.result = result
    self.cachedInputs = cachedInputs
    self.parts = parts
  }

  var isComplete: Bool { parts.allSatisfy { $0 != nil } }
  var hasParts: Bool { parts.contains { $0 != nil } }

  /// The plan without what the other results alone need.
  var restorationPlan: StagePlan {
    var plan = plan
    var neededExchanges: Set<Int> = []
    for index in plan.stages.indices.reversed() {
      plan.stages[index].sinks.removeAll { sink in
        switch sink.target {
        case .exchange(let exchange, _): !neededExchanges.contains(exchange)
        case .result(let other, _): other != result
        }
      }
      if plan.stages[index].sinks.isEmpty {
        plan.stages[index].partitionCount = 0
        plan.stages[index].operators = []
        plan.stages[index].inputs = []
      } else {
        for case .exchange(let exchange) in plan.stages[index].inputs {
          neededExchanges.insert(exchange)
        }
      }
    }
    for index in plan.results.indices where index != result {
      plan.results[index].partitionCount = 0
    }
    return plan
  }
}
