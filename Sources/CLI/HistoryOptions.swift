import ArgumentParser
import Driver
import Plan

/// How much a driver remembers of jobs that have ended: what passes any of these is forgotten, the oldest first.
struct HistoryOptions: ParsableArguments {
  @Option(help: "How long a job is remembered after its end, like 90d, 12h or 30m.")
  var historyAge = TimeSpan(.seconds(90 * 86_400))

  @Option(help: "Bytes of the histories of jobs that are kept, like 256MB.")
  var historySize = ByteSize(bytes: 256 << 20)

  @Option(help: "Jobs that are remembered.")
  var historyJobs = 1000

  func validate() throws {
    guard (1...1_000_000).contains(historyJobs) else {
      throw ValidationError("--history-jobs is \(historyJobs); it must be 1 to 1000000")
    }
  }

  func apply(to options: inout DriverOptions) {
    options.historyAge = historyAge.duration
    options.historyBytesLimit = historySize.bytes
    options.historyLimit = historyJobs
  }
}

/// A length of time on the command line: `90d`, `12h`, `30m`, `45s`.
struct TimeSpan: ExpressibleByArgument, CustomStringConvertible {
  private static let units: [(letter: Character, seconds: Int64)] = [
    ("d", 86_400), ("h", 3600), ("m", 60), ("s", 1),
  ]

  let duration: Duration

  init(_ duration: Duration) { self.duration = duration }

  init?(argument: String) {
    guard let letter = argument.last, let unit = Self.units.first(where: { $0.letter == letter }),
      let count = Int64(argument.dropLast()), count > 0, count <= 36_500
    else { return nil }
    duration = .seconds(count * unit.seconds)
  }

  var description: String {
    let seconds = duration.components.seconds
    let unit = Self.units.first { seconds % $0.seconds == 0 } ?? ("s", 1)
    return "\(seconds / unit.seconds)\(unit.letter)"
  }

  var defaultValueDescription: String { description }
}
