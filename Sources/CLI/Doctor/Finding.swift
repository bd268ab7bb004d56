/// What a look at one thing has shown.
struct Finding: Encodable {
  enum Level: String, Encodable {
    case ok, warning, problem
  }

  var check: String
  var level: Level
  var found: String
  /// What to do; nil when all is well.
  var advice: String?

  static func ok(_ check: String, _ found: String) -> Finding {
    Finding(check: check, level: .ok, found: found, advice: nil)
  }

  static func warning(_ check: String, _ found: String, _ advice: String) -> Finding {
    Finding(check: check, level: .warning, found: found, advice: advice)
  }

  static func problem(_ check: String, _ found: String, _ advice: String) -> Finding {
    Finding(check: check, level: .problem, found: found, advice: advice)
  }
}
