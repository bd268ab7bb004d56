import ArgumentParser
import Driver
import Foundation
import Wire

/// Scores rows of files by models of files: a job of one table, which need not be written.
struct Predict: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "predict", abstract: "Scores rows by the models that `train` wrote.",
    discussion: """
      Each row finds the model of its key and gets the columns that `predict` adds in a job file. With --driver or \
      ROOST_DRIVER a cluster does it, else one of its own on this machine.
      """)

  @Option(help: "The table of models: a folder or a file.")
  var models: String

  @Option(help: "The rows: a folder, a file or a pattern.")
  var rows: String

  @Option(help: "The folder to write to; without it rows are shown.")
  var write: String?

  @Option(help: "parquet, csv, json or arrow.")
  var format = "parquet"

  @Option(help: "error, overwrite or append.")
  var mode = "error"

  @Option(help: "How many rows to show.")
  var show: Int?

  @Option(
    help: "The columns by which rows find their model, with commas; else the keys of the models.")
  var on: String?

  @Option(help: "Text that stands for null in CSV files of rows.")
  var nullValue: String?

  @Flag(help: "Add the SHAP values of each prediction.")
  var shap = false

  @OptionGroup var driver: DriverOption
  @OptionGroup var cluster: LocalClusterOptions

  func run() async throws {
    let folder = FileManager.default.currentDirectoryPath
    let files = try checkJobFile(job, fileName: "predict", folder: folder)
    if driver.isStated {
      var follower = JobFollower(
        try driver.submit(text: job, fileName: "predict", folder: folder, files: files),
        cluster.resultOptions)
      try follower.follow()
    } else {
      try await cluster.run(text: job, fileName: "predict", folder: folder, files: files)
    }
  }

  /// The job file that says the same.
  private var job: String {
    var read = ["path: \(quoted(rows))"]
    if let nullValue { read.append("options: {nullValue: \(quoted(nullValue))}") }
    // A path, also where it looks like the name of a table.
    let isAbsolute = models.hasPrefix("/") || models.contains("://")
    let path = isAbsolute ? models : "./\(models)"
    var prediction = ["models: \(quoted(path))", "rows: rows"]
    if let on {
      let columns = on.split(separator: ",").map { quoted($0.trimmingCharacters(in: .whitespaces)) }
      prediction.append("on: [\(columns.joined(separator: ", "))]")
    }
    if shap { prediction.append("explain: shap") }
    var outputs: [String] = []
    if let write {
      outputs.append("write: \(quoted(write)), format: \(quoted(format)), mode: \(quoted(mode))")
    }
    if write == nil || show != nil { outputs.append("show: \(show ?? 20)") }
    return """
      name: predict
      tables:
        rows: {read: {\(read.joined(separator: ", "))}}
        predictions: {predict: {\(prediction.joined(separator: ", "))}}
      outputs:
        predictions: {\(outputs.joined(separator: ", "))}

      """
  }

  /// As YAML reads it back, whatever it holds: in single quotes, which are doubled.
  private func quoted(_ text: String) -> String {
    "'" + text.replacingOccurrences(of: "'", with: "''") + "'"
  }
}
