import ArgumentParser
import Foundation
import Logging

/// How a process logs.
struct LogOptions: ParsableArguments {
  @Option(
    help:
      "How log lines look: text, or json with a value for each of job, stage, task and executor.")
  var logFormat = LogFormat.text

  @Option(help: "The least level that is logged: debug, info, warning or error.")
  var logLevel: LogLevel?

  /// `level` is that of the process when the command line says nothing.
  func log(_ process: String, level: Logger.Level = .info) -> Logger {
    var log = Logger(label: process) { [logFormat] in
      LineLogHandler(process: $0, format: logFormat)
    }
    log.logLevel = logLevel?.level ?? level
    return log
  }

  /// What says the same on the command line of another process.
  var arguments: [String] {
    ["--log-format", logFormat.rawValue] + (logLevel.map { ["--log-level", $0.rawValue] } ?? [])
  }
}

enum LogFormat: String, ExpressibleByArgument, CaseIterable {
  case text, json
}

/// The levels of swift-log that a person chooses from.
enum LogLevel: String, ExpressibleByArgument, CaseIterable {
  case debug, info, warning, error

  var level: Logger.Level {
    switch self {
    case .debug: .debug
    case .info: .info
    case .warning: .warning
    case .error: .error
    }
  }
}

/// Writes a line for each message to stderr, in one call, so that lines of several threads and processes do not mix: stdout
/// carries results.
struct LineLogHandler: LogHandler {
  let process: String
  let format: LogFormat
  var metadata: Logger.Metadata = [:]
  var logLevel = Logger.Level.info

  init(process: String, format: LogFormat) {
    self.process = process
    self.format = format
  }

  subscript(metadataKey key: String) -> Logger.MetadataValue? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    let values = metadata.merging(event.metadata ?? [:]) { $1 }
    let line =
      switch format {
      case .text: text(event, values)
      case .json: json(event, values)
      }
    FileHandle.standardError.write(Data((line + "\n").utf8))
  }

  private func text(_ event: LogEvent, _ values: Logger.Metadata) -> String {
    // The message names what it is about; metadata is for programs.
    "\(LogTime.now.text) \(event.level) \(process): \(event.message)"
  }

  private func json(_ event: LogEvent, _ values: Logger.Metadata) -> String {
    var fields: [(String, String)] = [
      ("time", Self.quoted(LogTime.now.text)), ("level", Self.quoted("\(event.level)")),
      ("process", Self.quoted(process)), ("message", Self.quoted("\(event.message)")),
    ]
    for (key, value) in values.sorted(by: { $0.key < $1.key }) {
      let text = "\(value)"
      fields.append((key, UInt64(text).map { "\($0)" } ?? Self.quoted(text)))
    }
    return "{" + fields.map { "\(Self.quoted($0)):\($1)" }.joined(separator: ",") + "}"
  }

  /// As JSON writes it.
  private static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case "\n": quoted += "\\n"
      case "\r": quoted += "\\r"
      case "\t": quoted += "\\t"
      default:
        if scalar.value < 0x20 {
          quoted += String(format: "\\u%04x", scalar.value)
        } else {
          quoted.unicodeScalars.append(scalar)
        }
      }
    }
    return quoted + "\""
  }
}

/// A moment in UTC, to the microsecond.
private struct LogTime {
  static var now: LogTime {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return LogTime(time: time)
  }

  let time: timespec

  /// RFC 3339: `2026-11-23T04:53:56.123456Z`.
  var text: String {
    var (seconds, parts) = (time.tv_sec, tm())
    gmtime_r(&seconds, &parts)
    return String(
      format: "%04d-%02d-%02dT%02d:%02d:%02d.%06dZ", Int(parts.tm_year) + 1900,
      Int(parts.tm_mon) + 1, Int(parts.tm_mday), Int(parts.tm_hour), Int(parts.tm_min),
      Int(parts.tm_sec), Int(time.tv_nsec) / 1000)
  }
}
