import NIOCore
import Wire

extension PythonServices {
  /// Those of an executor: files come from its driver, and all that they keep on the disk lies below its spill folder. Throws
  /// `PythonError` when the user is not known on this host.
  convenience init(
    _ python: PythonOptions, of options: ExecutorOptions, in spillFolder: SpillFolder,
    group: any EventLoopGroup
  ) throws {
    let files = ShippedFileStore(
      in: spillFolder, owner: python.user.flatMap { FileOwner(named: $0) },
      driver: options.driver, security: options.security, group: group)
    try self.init(
      options: python, slots: options.slots, files: { try files.folder(for: $0, check: $1) },
      makeFolder: { try files.makeFolder(named: "program") })
  }
}
