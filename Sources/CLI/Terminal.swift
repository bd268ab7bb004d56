import Foundation

/// What is known of the terminal behind a descriptor.
enum Terminal {
  /// Whether a block of lines can be drawn anew in place.
  static func canRedraw(_ descriptor: CInt) -> Bool {
    isatty(descriptor) == 1 && ProcessInfo.processInfo.environment["TERM"] != "dumb"
  }

  /// no-color.org: whoever sets NO_COLOR to anything wants none.
  static var hasColor: Bool {
    (ProcessInfo.processInfo.environment["NO_COLOR"] ?? "").isEmpty
  }

  /// In characters, as it is now; nil when it is no terminal.
  static func size(_ descriptor: CInt) -> (columns: Int, rows: Int)? {
    var size = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return (Int(size.ws_col), max(1, Int(size.ws_row)))
  }
}

/// Colours of a terminal, by what they say.
enum Tone: String {
  case good = "32"
  case bad = "31"
  case quiet = "2"

  func applied(to text: String) -> String {
    Terminal.hasColor ? "\u{1B}[\(rawValue)m\(text)\u{1B}[0m" : text
  }
}
