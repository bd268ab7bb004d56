import OrderedCollections
import Plan

/// Which job writes which output: two may not write one at a time.
package struct OutputReservations: Sendable {
  private var locations: OrderedDictionary<JobID, [OutputLocation]> = [:]

  package init() {}

  /// Reserves all outputs of a job or none. Outputs that lie in each other are in each other's way too.
  /// - Parameters:
  ///   - outputs: the paths or URIs that the job writes.
  ///   - inputs: the paths or URIs of the files that it reads, as they were listed.
  package mutating func reserve(
    _ outputs: [String], inputs: [String], for job: JobID
  ) throws(OutputError) {
    var wanted: [OutputLocation] = []
    for path in outputs {
      let location = try OutputLocation(path)
      let taken = locations.first { _, held in held.contains { $0.overlaps(location) } }
      if let taken { throw .beingWritten(path: path, by: "job \(taken.key)") }
      if wanted.contains(where: { $0.overlaps(location) }) {
        throw .beingWritten(path: path, by: "another output of the same job")
      }
      for input in inputs {
        // A path that is not an output's (a relative one) is nobody's output.
        guard let read = try? OutputLocation(input), location.contains(read) else { continue }
        throw .isInput(output: path, input: input)
      }
      wanted.append(location)
    }
    locations[job] = wanted
  }

  /// Frees what a job holds; does nothing for a job that holds nothing.
  package mutating func release(_ job: JobID) {
    locations.removeValue(forKey: job)
  }
}

extension OutputLocation {
  fileprivate func overlaps(_ other: OutputLocation) -> Bool {
    contains(other) || other.contains(self)
  }
}
