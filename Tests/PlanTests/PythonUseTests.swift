import Columnar
import Plan
import Testing

@Suite struct PythonUseTests {
  private let rows = Schema([Field("k", .long), Field("x", .double)])
  private let function = PythonFunction(
    source: .file("train.py"), name: "train",
    environment: PythonEnvironment(
      files: [
        ShippedFile(name: "train.py", digest: String(repeating: "0", count: 64), byteCount: 1)
      ]))

  private func plan(_ operations: [Operator]) -> StagePlan {
    StagePlan(
      stages: [
        Stage(
          id: 0, name: "models", inputs: [],
          operators: operations.map { OperatorNode(parent: .input(0), operation: $0) }, sinks: [],
          partitionCount: 1)
      ], exchanges: [], results: [])
  }

  @Test func aPlanWithAPythonFunctionAnywhereRunsPython() {
    let frame = PythonFrame(schema: rows, columns: [0, 1], names: ["k", "x"])
    let aggregate = GroupedOperation(
      schema: rows, keyCount: 1,
      action: .aggregate([Aggregate(function: .python(function), arguments: [1], type: .double)]),
      isMergeable: false)
    for operation: Operator in [
      .applyPython(
        PythonApplication(function: function, keyCount: 1, frames: [frame], returned: rows)),
      .mapPython(PythonMapping(function: function, frame: frame, returned: rows)),
      .callPython([
        PythonCall(
          function: function, arguments: [.column(1, .double)], name: "y", type: .double)
      ]),
      .group(aggregate),
    ] {
      let plan = plan([.limit(1), operation])
      #expect(plan.runsPython)
      #expect(plan.pythonFunctions == [function])
      #expect(plan.shippedFiles == function.environment.files)
    }
  }

  @Test func onlySuchAPlanDoes() {
    let aggregate = GroupedOperation(
      schema: rows, keyCount: 1,
      action: .aggregate([Aggregate(function: .count, arguments: [1], type: .long)]),
      isMergeable: true)
    let plan = plan([.combine(aggregate), .group(aggregate), .limit(2)])
    #expect(!plan.runsPython)
    #expect(plan.shippedFiles.isEmpty)
  }
}
