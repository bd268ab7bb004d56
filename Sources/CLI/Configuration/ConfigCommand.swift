import ArgumentParser
import Foundation
import Plan

struct ConfigCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "config",
    abstract: "Lists options: what they are, where that comes from, and what they do.",
    discussion: """
      An option comes from the command line, else from the environment (--work-dir from ROOST_WORK_DIR), else from \
      the file that --config or ROOST_CONFIG names, else it is what it is by default. The file is YAML: a section for \
      each command, and 'all' for every command that has the option.
      """)

  @Argument(help: "A command; all of them unless said.")
  var command: String?
  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    let environment = ProcessInfo.processInfo.environment
    let configuration = try Configuration(
      Array(CommandLine.arguments.dropFirst()), environment: environment)
    let names = configuration.commands.map(\.commandName)
    if let command, !names.contains(command) {
      let hint = nearestName(to: command, among: names).map { "; did you mean '\($0)'?" } ?? ""
      throw CommandFailure(.wrongUse, "there is no command '\(command)'\(hint)")
    }
    let commands = configuration.commands.filter {
      command == nil
        ? ["driver", "executor", "run", "submit"].contains($0.commandName)
        : $0.commandName == command
    }
    let listed = commands.flatMap { command in
      configuration.settings(of: command, []).map { Listed($0, of: command.commandName) }
    }
    if json {
      try printJSON(listed)
      return
    }
    for command in commands {
      print("\(command.commandName): \(command.abstract ?? "")")
      let rows = listed.filter { $0.command == command.commandName }.map {
        ["--\($0.option)", $0.value ?? "", $0.source, $0.help]
      }
      print(
        TextTable(
          header: ["option", "value", "source", "what it does"], rows: rows,
          rightAligned: [false, false, false, false]
        ).text)
    }
  }
}

private struct Listed: Encodable {
  var command: String
  var option: String
  var variable: String
  var value: String?
  var defaultValue: String?
  var source: String
  var help: String

  init(_ setting: Configuration.Setting, of command: String) {
    self.command = command
    option = setting.option.name ?? ""
    variable = setting.option.variable ?? ""
    value =
      setting.values.isEmpty
      ? (setting.option.isFlag ? "false" : nil) : setting.values.joined(separator: ", ")
    defaultValue = setting.option.defaultValue
    source = setting.source.text
    help = setting.option.abstract ?? ""
  }
}
