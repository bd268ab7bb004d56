import ArgumentParser
import Driver
import Foundation
import Wire

struct Top: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "top", abstract: "Shows executors and jobs as they run; q ends it.")

  @OptionGroup var driver: DriverOption
  @Flag(help: "Print once and end, as without a terminal.")
  var once = false
  @Option(help: "Seconds between two looks.")
  var interval = 1

  func validate() throws {
    guard (1...25).contains(interval) else {
      throw ValidationError("--interval is \(interval); it must be 1 to 25")
    }
  }

  func run() throws {
    guard !once, isatty(0) == 1, Terminal.canRedraw(1) else {
      for line in try look().lines(since: nil) { print(line) }
      return
    }
    var earlier = try look()
    let screen = FullScreen(timeout: interval)
    defer { screen.close() }
    var isFirst = true
    while true {
      let lines: [String]
      do {
        let now = try look()
        lines = now.lines(since: isFirst ? nil : earlier)
        earlier = now
        isFirst = false
      } catch let failure as CommandFailure {
        lines = [failure.message, "", "looking for the driver; q ends"]
      }
      screen.draw(lines)
      if screen.isAskedToEnd() { return }
    }
  }

  private func look() throws -> ClusterView {
    ClusterView(
      driver: try driver.ask {
        $0.describeDriver = .init()
      } expecting: {
        if case .driverDescription(let description) = $0 { description } else { nil }
      },
      executors: try driver.ask {
        $0.listExecutors = .init()
      } expecting: {
        if case .executorList(let list) = $0 { list.executors } else { nil }
      },
      jobs: try driver.ask {
        $0.listJobs = .init()
      } expecting: {
        if case .jobList(let list) = $0 { list.jobs } else { nil }
      }, time: ProcessInfo.processInfo.systemUptime)
  }
}

/// The whole terminal, as long as it is open; what was on it comes back.
private final class FullScreen {
  private var saved = termios()

  /// `timeout`: seconds that a look at the keys waits for one.
  init(timeout: Int) {
    tcgetattr(0, &saved)
    var raw = saved
    // Keys come at once and are not shown; Ctrl-C is a key, so that the terminal is given back.
    raw.c_lflag &= ~tcflag_t(ICANON | ECHO | ISIG)
    withUnsafeMutableBytes(of: &raw.c_cc) { keys in
      keys[Int(VMIN)] = 0
      keys[Int(VTIME)] = UInt8(timeout * 10)
    }
    tcsetattr(0, TCSANOW, &raw)
    write("\u{1B}[?1049h\u{1B}[?25l")
  }

  func draw(_ lines: [String]) {
    let size = Terminal.size(1) ?? (80, 24)
    let shown = lines.prefix(size.rows - 1).map { $0.cut(toColumns: size.columns) + "\u{1B}[K" }
    write("\u{1B}[H" + shown.joined(separator: "\r\n") + "\r\n\u{1B}[J")
  }

  /// Waits for a key.
  func isAskedToEnd() -> Bool {
    var key: UInt8 = 0
    let count = read(0, &key, 1)
    // q, Ctrl-C, Ctrl-D.
    return count == 1 && [UInt8(ascii: "q"), 3, 4].contains(key)
  }

  func close() {
    write("\u{1B}[?25h\u{1B}[?1049l")
    tcsetattr(0, TCSANOW, &saved)
  }

  private func write(_ text: String) {
    FileHandle.standardOutput.write(Data(text.utf8))
  }
}
