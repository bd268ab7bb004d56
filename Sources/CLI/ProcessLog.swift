import Logging

/// Logs go to stderr: stdout carries results.
func processLog(_ label: String, level: Logger.Level = .info) -> Logger {
  var log = Logger(label: label) { StreamLogHandler.standardError(label: $0) }
  log.logLevel = level
  return log
}
