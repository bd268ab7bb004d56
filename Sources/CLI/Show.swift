import ArgumentParser
import Columnar
import Learning

/// Prints a model for people.
struct Show: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Prints one model of a table that `train` wrote.",
    discussion: "For example: roost show out/routes --key origin=JFK --key dest=LAX")

  @Argument(help: "The table: a folder or a file.")
  var models: String

  @Option(
    help: ArgumentHelp(
      "A column and the value that it has in the model's row.", valueName: "column=value"))
  var key: [String] = []

  @Option(help: "The model's learner, where a key has models of several.")
  var learner: String?

  func run() throws {
    let conditions =
      try key.map { try Self.condition($0) } + (learner.map { [("learner", $0)] } ?? [])
    var rows = ModelRows(matching: conditions)
    do {
      try rows.read(models)
    } catch let error as FileError {
      throw CommandFailure(.wrongUse, "\(error)")
    }
    guard rows.count > 0 else {
      throw CommandFailure(.wrongUse, "\(models) has no row with \(Self.text(conditions))")
    }
    guard rows.count == 1, let model = rows.first else {
      throw CommandFailure(
        .wrongUse,
        """
        \(rows.count) rows of \(models) are meant; say which one with --key or --learner. The first are:
        \(TextTable(rows.overview).text)
        """)
    }
    print(try model.text())
  }

  private static func condition(_ text: String) throws -> (column: String, value: String) {
    guard let sign = text.firstIndex(of: "="), sign != text.startIndex else {
      throw CommandFailure(.wrongUse, "--key is '\(text)'; it should be column=value")
    }
    return (String(text[..<sign]), String(text[text.index(after: sign)...]))
  }

  private static func text(_ conditions: [(column: String, value: String)]) -> String {
    conditions.isEmpty
      ? "a model" : conditions.map { "\($0.column) = \($0.value)" }.joined(separator: " and ")
  }
}
