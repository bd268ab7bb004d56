import ArgumentParser

struct Run: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Runs a job on a cluster of its own on this machine.",
    discussion: """
      Starts a driver and executor processes that talk TCP on loopback, runs the job as `submit` would, \
      and ends them.
      """)

  @OptionGroup var file: JobFileArgument

  @OptionGroup var cluster: LocalClusterOptions

  func run() async throws {
    let (text, fileName, folder) = try file.read()
    let files = try checkJobFile(text, fileName: fileName, folder: folder)
    try await cluster.run(text: text, fileName: fileName, folder: folder, files: files)
  }
}
