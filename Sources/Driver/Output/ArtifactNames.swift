/// Artifacts of all tasks of an output come together in one folder.
enum ArtifactNames {
  /// The first name that two partitions have, or that one has and another needs as a folder, with the two; nil where
  /// there is room for all. Names of one partition lay beside each other in a folder before, so that they never clash.
  static func clash(
    _ names: [(partition: Int, names: [String])]
  ) -> (name: String, partitions: [Int])? {
    var files: [Substring: Int] = [:]
    var folders: [Substring: Int] = [:]
    for (partition, names) in names {
      for name in names {
        let name = name[...]
        if let other = files[name] ?? folders[name], other != partition {
          return (String(name), [other, partition])
        }
        files[name] = partition
        for end in name.indices where name[end] == "/" {
          let folder = name[..<end]
          if let other = files[folder], other != partition {
            return (String(folder), [other, partition])
          }
          folders[folder] = partition
        }
      }
    }
    return nil
  }
}
