import Plan

/// A job that may run: its stages, and room for its outputs.
struct PlannedJob: Sendable {
  let name: String
  let plan: StagePlan
  /// The written results, by their index in the plan.
  let outputs: [(result: Int, staged: StagedOutput)]

  var stagingFolders: [Int: StagedFolder] {
    Dictionary(uniqueKeysWithValues: outputs.map { ($0.result, $0.staged.folder) })
  }

  /// What an executor must see.
  var markers: [VisibilityMarker] { outputs.compactMap(\.staged.marker) }

  /// Checks that the outputs may be written and makes room for them; all or none. Blocks on the file system.
  init(_ compiled: CompiledJob, id: JobID) throws {
    name = compiled.name
    plan = compiled.plan
    let committer = OutputCommitter()
    var outputs: [(result: Int, staged: StagedOutput)] = []
    do {
      for (index, result) in compiled.plan.results.enumerated() {
        guard case .write(let write) = result.action else { continue }
        outputs.append((index, try committer.prepare(write, for: id)))
      }
    } catch {
      committer.abort(outputs.map(\.staged))
      throw error
    }
    self.outputs = outputs
  }

  init(name: String, plan: StagePlan, outputs: [(result: Int, staged: StagedOutput)]) {
    self.name = name
    self.plan = plan
    self.outputs = outputs
  }

  /// The outputs with the files that make them up.
  func completed(_ files: [TaskOutcome.File]) -> [CompletedOutput] {
    outputs.map { result, staged in
      CompletedOutput(
        staged: staged,
        files: files.filter { $0.result == result }.map {
          CompletedOutput.File(
            partition: $0.partition, path: $0.path, rows: $0.rows, bytes: $0.bytes,
            artifacts: $0.artifacts)
        })
    }
  }
}

/// Why a job was not taken: what a person has to mend in the job file, its inputs or its outputs.
struct JobRejection: Error, Sendable {
  let message: String
}

/// Why complete outputs could not be made final.
struct CommitFailure: Error, Sendable {
  let message: String
}

extension StagePlan {
  /// The paths of the written results.
  var outputPaths: [String] {
    results.compactMap { result in
      if case .write(let write) = result.action { write.path } else { nil }
    }
  }
}
