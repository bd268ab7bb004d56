import ArgumentParser
import Driver
import Plan

struct Validate: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "validate",
    abstract: "Checks a job file, with the files that it reads, and runs nothing.")

  @OptionGroup var file: JobFileArgument

  func run() throws {
    let job = try planLocally(file)
    print("\(file.job): ok, \(counted(Int64(job.plan.stages.count), "stage"))")
  }
}

struct Explain: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain", abstract: "Shows the stages and tasks of a job, and runs nothing.")

  @OptionGroup var file: JobFileArgument

  func run() throws {
    let job = try planLocally(file)
    print(job.plan.explanation(of: job.name), terminator: "")
  }
}

private func planLocally(_ file: JobFileArgument) throws -> CompiledJob {
  let (text, fileName, folder) = try file.read()
  let files = try checkJobFile(text, fileName: fileName, folder: folder)
  do {
    return try CompiledJob(
      text: text, fileName: fileName, folder: folder, shippedFiles: files.manifest)
  } catch {
    throw CommandFailure(.wrongUse, "\(error)")
  }
}
