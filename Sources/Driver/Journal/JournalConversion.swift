import Columnar
import OrderedCollections
import Plan
import Wire

// What the journal keeps of jobs and cached tables, to and from its messages.

extension CachedTable {
  init(wire: Roost_JournaledCachedTable) throws(ProtocolError) {
    let plan = try StagePlan(wire: wire.plan)
    guard plan.results.indices.contains(Int(wire.result)) else {
      throw .malformedMessage("a cached table of result \(wire.result)")
    }
    guard plan.results[Int(wire.result)].partitionCount == Int(wire.partitionCount) else {
      throw .malformedMessage("a cached table of \(wire.partitionCount) partitions")
    }
    var parts: [CachedLocation?] = Array(repeating: nil, count: Int(wire.partitionCount))
    for part in wire.partitions where parts.indices.contains(Int(part.partition)) {
      parts[Int(part.partition)] = CachedLocation(wire: part.location)
    }
    self.init(
      id: CachedTableID(wire: wire.table), plan: plan, result: Int(wire.result),
      cachedInputs: OrderedDictionary(wire: wire.cachedInputs), parts: parts)
    isDropped = wire.isDropped
  }

  var wire: Roost_JournaledCachedTable {
    .with {
      $0.table = id.wire
      $0.plan = plan.wire
      $0.result = UInt32(result)
      $0.cachedInputs = cachedInputs.wire
      $0.partitionCount = UInt32(parts.count)
      $0.partitions = parts.enumerated().compactMap { partition, location in
        location.map { location in
          .with {
            $0.partition = UInt32(partition)
            $0.location = location.wire
          }
        }
      }
      $0.isDropped = isDropped
    }
  }
}

extension OrderedDictionary<String, CachedTableID> {
  init(wire: [Roost_NamedCachedTable]) {
    self.init(
      wire.map { ($0.name, CachedTableID(wire: $0.table)) },
      uniquingKeysWith: { first, _ in first })
  }

  var wire: [Roost_NamedCachedTable] {
    map { name, table in
      .with {
        $0.name = name
        $0.table = table.wire
      }
    }
  }
}

extension PlannedJob {
  func wire(cachedInputs: OrderedDictionary<String, CachedTableID>) -> Roost_JournaledPlan {
    .with {
      $0.name = name
      $0.plan = plan.wire
      $0.outputs = outputs.map { result, staged in
        .with {
          $0.result = UInt32(result)
          $0.location = staged.location.path
          $0.staging = staged.folder.wire
          if let marker = staged.marker {
            $0.marker.path = marker.path
            $0.marker.content = marker.content
          }
        }
      }
      $0.cachedInputs = cachedInputs.wire
    }
  }

  /// A job that an earlier driver planned, with its outputs' places taken again. Blocks on the file system.
  /// Throws `ProtocolError`, `OutputError` and `FileError`.
  init(resuming wire: Roost_JournaledPlan) throws {
    let plan = try StagePlan(wire: wire.plan)
    var outputs: [(result: Int, staged: StagedOutput)] = []
    for output in wire.outputs {
      let result = Int(output.result)
      guard plan.results.indices.contains(result),
        case .write(let write) = plan.results[result].action
      else { throw ProtocolError.malformedMessage("an output of result \(result)") }
      let marker =
        output.hasMarker
        ? VisibilityMarker(path: output.marker.path, content: output.marker.content) : nil
      outputs.append(
        (
          result,
          try OutputCommitter().resume(
            write, at: OutputLocation(output.location),
            folder: StagedFolder(wire: output.staging), marker: marker)
        ))
    }
    self.init(name: wire.name, plan: plan, outputs: outputs)
  }
}
