import Columnar
import Plan

// Python functions and what they do, to and from their messages.

extension PythonFunction {
  init(wire: Roost_PythonFunction) throws(ProtocolError) {
    let source: Source
    switch wire.source {
    case .file(let file): source = .file(file)
    case .module(let module): source = .module(module)
    case nil: throw .malformedMessage("a Python function that nothing defines")
    }
    var format: Format?
    if !wire.format.isEmpty {
      format = Format(rawValue: wire.format)
      guard format != nil else {
        throw .malformedMessage("a Python function of \(wire.format)")
      }
    }
    self.init(
      source: source, name: wire.name,
      environment: PythonEnvironment(
        interpreter: wire.interpreter.isEmpty ? nil : wire.interpreter,
        requirements: wire.requirements,
        files: try wire.files.map { file throws(ProtocolError) in try ShippedFile(wire: file) }),
      format: format, memory: wire.hasMemory ? wire.memory : nil,
      timeout: wire.hasTimeoutMilliseconds ? .milliseconds(wire.timeoutMilliseconds) : nil,
      recordsErrors: wire.recordsErrors)
  }

  var wire: Roost_PythonFunction {
    .with {
      switch source {
      case .file(let file): $0.file = file
      case .module(let module): $0.module = module
      }
      $0.name = name
      $0.interpreter = environment.interpreter ?? ""
      $0.requirements = environment.requirements
      $0.files = environment.files.map(\.wire)
      $0.format = format?.rawValue ?? ""
      if let memory { $0.memory = memory }
      if let timeout {
        let (seconds, attoseconds) = timeout.components
        $0.timeoutMilliseconds = seconds * 1000 + attoseconds / 1_000_000_000_000_000
      }
      $0.recordsErrors = recordsErrors
    }
  }
}

extension ShippedFile {
  /// Names and digests become paths of files: neither may lead out of a folder.
  package init(wire: Roost_ShippedFile) throws(ProtocolError) {
    let parts = wire.name.split(separator: "/", omittingEmptySubsequences: false)
    let isSound =
      !wire.name.contains("\0") && parts.allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." }
      && wire.digest.utf8.count == 64
      && wire.digest.utf8.allSatisfy {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
          || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
      }
      && wire.byteCount >= 0
    guard isSound else { throw .malformedMessage("a shipped file called '\(wire.name)'") }
    self.init(name: wire.name, digest: wire.digest, byteCount: wire.byteCount)
  }

  package var wire: Roost_ShippedFile {
    .with {
      $0.name = name
      $0.digest = digest
      $0.byteCount = byteCount
    }
  }
}

extension PythonFrame {
  init(wire: Roost_PythonFrame) throws(ProtocolError) {
    let schema = try Schema(wire: wire.schema)
    guard wire.columns.count == wire.names.count,
      wire.columns.allSatisfy({ $0 < schema.count })
    else { throw .malformedMessage("a frame of columns that its rows do not have") }
    self.init(schema: schema, columns: wire.columns.map { Int($0) }, names: wire.names)
  }

  var wire: Roost_PythonFrame {
    .with {
      $0.schema = schema.wire
      $0.columns = columns.map { UInt32($0) }
      $0.names = names
    }
  }
}

extension PythonApplication {
  init(wire: Roost_PythonApplication) throws(ProtocolError) {
    let frames = try wire.frames.map { frame throws(ProtocolError) in
      try PythonFrame(wire: frame)
    }
    let keyCount = Int(wire.keyCount)
    guard (1...2).contains(frames.count),
      frames.allSatisfy({ frame in
        keyCount <= frame.schema.count
          && frame.schema.fields.prefix(keyCount).map(\.type)
            == frames[0].schema.fields.prefix(keyCount).map(\.type)
      })
    else { throw .malformedMessage("a Python function of \(frames.count) frames by other keys") }
    self.init(
      function: try PythonFunction(wire: wire.function), keyCount: keyCount, frames: frames,
      returned: try Schema(wire: wire.returned))
  }

  var wire: Roost_PythonApplication {
    .with {
      $0.function = function.wire
      $0.keyCount = UInt32(keyCount)
      $0.frames = frames.map(\.wire)
      $0.returned = returned.wire
    }
  }
}

extension PythonMapping {
  init(wire: Roost_PythonMapping) throws(ProtocolError) {
    self.init(
      function: try PythonFunction(wire: wire.function), frame: try PythonFrame(wire: wire.frame),
      returned: try Schema(wire: wire.returned))
  }

  var wire: Roost_PythonMapping {
    .with {
      $0.function = function.wire
      $0.frame = frame.wire
      $0.returned = returned.wire
    }
  }
}

extension PythonCall {
  init(wire: Roost_PythonCall) throws(ProtocolError) {
    self.init(
      function: try PythonFunction(wire: wire.function),
      arguments: try wire.arguments.map { argument throws(ProtocolError) in
        try BoundExpression(wire: argument)
      },
      name: wire.name, type: try DataType(wire: wire.type))
  }

  var wire: Roost_PythonCall {
    .with {
      $0.function = function.wire
      $0.arguments = arguments.map(\.wire)
      $0.name = name
      $0.type = type.wire
    }
  }
}
