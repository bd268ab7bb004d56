import Foundation

// The headers of the messages between an executor and its Python processes, as JSON. docs/python.md tells the story.

/// To the parent of workers.
enum PythonParentRequest: Encodable, Sendable {
  case start(Start)
  case end(End)

  struct Start: Encodable, Sendable { var folder: String }
  struct End: Encodable, Sendable { var pid: Int32 }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: HeaderKey.self)
    switch self {
    case .start(let value): try container.encode(value, forKey: HeaderKey("start"))
    case .end(let value): try container.encode(value, forKey: HeaderKey("end"))
    }
  }
}

/// From the parent of workers: one of these.
struct PythonParentAnswer: Decodable, Sendable {
  struct Ready: Decodable, Sendable { var python: String }
  struct Worker: Decodable, Sendable { var pid: Int32 }
  struct Ended: Decodable, Sendable {
    var code: Int?
    var signal: String?
  }

  var ready: Ready?
  var worker: Worker?
  var ended: Ended?
  var failed: String?
}

/// What is called, and on what.
struct PythonCallHeader: Encodable, Sendable {
  enum Kind: String, Encodable, Sendable {
    case apply, cogroup, map, scalar, aggregate
  }

  struct Frame: Encodable, Sendable {
    var columns: [String]
    var indices: [Int]
  }

  var kind: Kind
  var file: String?
  var module: String?
  var function: String
  var frames: [Frame]
  var keys: [String]
  var format: String?
  var record: Bool
  var memory: Int64?
  var artifacts: String?
}

/// To a worker: one of these.
enum PythonRequest: Encodable, Sendable {
  case call(PythonCallHeader)
  case groups(rows: [Int], isContinued: Bool)
  case cogroups(left: [Int], right: [Int], leftByteCount: Int)
  case batch
  case end

  /// Whether the worker counts it in its progress.
  var hasData: Bool {
    switch self {
    case .call, .end: false
    case .groups, .cogroups, .batch: true
    }
  }

  private struct Groups: Encodable {
    var rows: [Int]
    var more: Bool
  }

  private struct Cogroups: Encodable {
    var left: [Int]
    var right: [Int]
    var leftByteCount: Int

    enum CodingKeys: String, CodingKey {
      case left, right
      case leftByteCount = "left_bytes"
    }
  }

  private struct Nothing: Encodable {}

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: HeaderKey.self)
    switch self {
    case .call(let call): try container.encode(call, forKey: HeaderKey("call"))
    case .groups(let rows, let isContinued):
      try container.encode(Groups(rows: rows, more: isContinued), forKey: HeaderKey("groups"))
    case .cogroups(let left, let right, let leftByteCount):
      try container.encode(
        Cogroups(left: left, right: right, leftByteCount: leftByteCount),
        forKey: HeaderKey("cogroups"))
    case .batch: try container.encode(Nothing(), forKey: HeaderKey("batch"))
    case .end: try container.encode(Nothing(), forKey: HeaderKey("end"))
    }
  }
}

/// From a worker: one of these.
struct PythonAnswer: Decodable, Sendable {
  struct Nothing: Decodable, Sendable {}

  struct Rows: Decodable, Sendable {
    /// Groups of the message by their number, and how many rows of the body each has; absent of `map`.
    var groups: [Int]?
    var counts: [Int]?
    var failed: [Failed]?
  }

  /// The number of a group and what is to be recorded.
  struct Failed: Decodable, Sendable {
    var group: Int
    var message: String

    init(from decoder: any Decoder) throws {
      var container = try decoder.unkeyedContainer()
      group = try container.decode(Int.self)
      message = try container.decode(String.self)
    }
  }

  struct Done: Decodable, Sendable {
    var satisfied: Bool?
  }

  struct Failure: Decodable, Sendable {
    var group: Int?
    var message: String
    var traceback: String?
  }

  var started: Nothing?
  var rows: Rows?
  var next: Nothing?
  var done: Done?
  var error: Failure?
}

private struct HeaderKey: CodingKey {
  let stringValue: String
  var intValue: Int? { nil }

  init(_ name: String) { stringValue = name }
  init?(stringValue: String) { self.stringValue = stringValue }
  init?(intValue: Int) { nil }
}
