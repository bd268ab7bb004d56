import Columnar

/// Where the tasks of a written result put their files until the driver commits them.
package struct StagedFolder: Hashable, Sendable {
  package enum Naming: Hashable, Sendable {
    /// Each attempt has a name of its own, since two may write at a time and half a file may stay behind.
    case perAttempt
    /// The final name: an object store shows a file only when it is whole, and every attempt gives the same bytes.
    case final
  }

  /// A local folder, or the URI of one with the options of its file system as the query.
  package var path: String
  package var naming: Naming
  package var format: FileFormat
  /// The number of the file of partition 0: not 0 where files are appended to others.
  package var firstPart: Int

  package init(path: String, naming: Naming, format: FileFormat, firstPart: Int) {
    self.path = path
    self.naming = naming
    self.format = format
    self.firstPart = firstPart
  }

  /// The folder of an output for files that functions of the user's wrote beside its rows. Readers of rows skip names
  /// that begin like this.
  package static let artifactsName = "_artifacts"

  /// On an object store, what is there as long as the output is being written.
  package static let incompleteName = "_INCOMPLETE"

  /// The final name of a partition's file: `part-00000.parquet`.
  package func fileName(partition: Int) -> String {
    "\(stem(partition)).\(format.rawValue)"
  }

  /// Where an attempt writes a partition's file.
  package func filePath(partition: Int, epoch: UInt64) -> String {
    let name =
      switch naming {
      case .final: fileName(partition: partition)
      case .perAttempt: "\(stem(partition)).attempt-\(epoch).\(format.rawValue)"
      }
    return FileLocation(path).appending(name).text
  }

  /// Where an attempt puts an artifact, which is the `number`th of it.
  package func artifactPath(
    _ name: String, number: Int, partition: Int, epoch: UInt64
  ) -> String {
    switch naming {
    case .final: FileLocation(path).appending(Self.artifactsName).appending(path: name).text
    case .perAttempt:
      FileLocation(artifactFolder(partition: partition, epoch: epoch)).appending("\(number)").text
    }
  }

  /// The folder of an attempt's artifacts where attempts have names of their own.
  package func artifactFolder(partition: Int, epoch: UInt64) -> String {
    FileLocation(path).appending("\(stem(partition)).attempt-\(epoch).artifacts").text
  }

  private func stem(_ partition: Int) -> String {
    let (sum, overflow) = firstPart.addingReportingOverflow(partition)
    let number = String(overflow ? .max : sum)
    return "part-" + String(repeating: "0", count: max(5 - number.count, 0)) + number
  }
}
