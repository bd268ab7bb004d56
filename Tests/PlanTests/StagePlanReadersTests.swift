import Columnar
import Plan
import Testing

@Suite struct StagePlanReadersTests {
  /// Stages that read these exchanges, each of which has these producers.
  private func plan(reading inputs: [[Int]], producers: [[Int]]) -> StagePlan {
    StagePlan(
      stages: inputs.enumerated().map { id, exchanges in
        Stage(
          id: id, name: "s\(id)", inputs: exchanges.map { .exchange($0) }, operators: [], sinks: [],
          partitionCount: 1)
      },
      exchanges: producers.enumerated().map { id, producers in
        Exchange(
          id: id, partitioning: .single, partitionCount: 1, producers: producers,
          schema: Schema([]))
      }, results: [])
  }

  @Test func downstreamIsWhateverReadsByAnyWay() {
    // 0 and 1 feed 2 together; 3 reads 0 alone, 4 what 2 and 3 make, 5 only what 1 makes.
    let plan = plan(
      reading: [[], [], [0], [1], [2, 3], [4]], producers: [[0, 1], [0], [2], [3], [1]])
    #expect(plan.stages(downstreamOf: 0) == [2, 3, 4])
    #expect(plan.stages(downstreamOf: 1) == [2, 4, 5])
    #expect(plan.stages(downstreamOf: 2) == [4])
    #expect(plan.stages(downstreamOf: 5).isEmpty)
  }
}
