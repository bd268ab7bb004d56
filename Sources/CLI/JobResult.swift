import Columnar
import Driver
import Foundation
import Wire

/// What came of a job, as `submit --json` prints it.
struct JobResult: Encodable {
  struct Shown: Encodable {
    var table: String
    var columns: [String]
    var rows: [[JSONScalar]]
  }

  struct Incident: Encodable {
    var seconds: Double
    var kind: String
    var text: String
    var stage: UInt32?
    var task: UInt32?
    var executor: String?
  }

  var details: JobDetails
  var shown: [Shown]
  var incidents: [Incident]

  private enum CodingKeys: CodingKey { case shown, incidents }

  /// Throws when shown rows cannot be read.
  init(_ job: Roost_JobDescription, incidents: [Roost_JobIncident]) throws {
    details = job.details
    shown = try job.shown.map { table in
      let batches = try table.batches.map { bytes in
        try bytes.withUnsafeBytes { try RecordBatch(deserializing: $0) }
      }
      return Shown(
        table: table.table, columns: batches.first?.schema.names ?? [],
        rows: batches.flatMap { batch in
          (0..<batch.rowCount).map { row in
            batch.columns.map { JSONScalar(scalar: $0[row]) }
          }
        })
    }
    self.incidents = incidents.map {
      Incident(
        seconds: Double($0.time) / 1e6, kind: $0.kind.name, text: $0.text,
        stage: $0.hasStage ? $0.stage : nil, task: $0.hasPartition ? $0.partition : nil,
        executor: $0.executor.isEmpty ? nil : $0.executor)
    }
  }

  func encode(to encoder: any Encoder) throws {
    try details.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(shown, forKey: .shown)
    try container.encode(incidents, forKey: .incidents)
  }
}

/// A value of a table in JSON: numbers as numbers, what JSON has no number for (NaN, infinities) and all else as the text
/// that a table shows.
struct JSONScalar: Encodable {
  let scalar: Scalar

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch scalar {
    case .null: try container.encodeNil()
    case .boolean(let value): try container.encode(value)
    case .integer(let value): try container.encode(value)
    case .float(let value) where value.isFinite: try container.encode(value)
    case .double(let value) where value.isFinite: try container.encode(value)
    case .string(let value): try container.encode(value)
    case .list(let values): try container.encode(values.map { JSONScalar(scalar: $0) })
    default: try container.encode(TextTable.text(of: scalar))
    }
  }
}
