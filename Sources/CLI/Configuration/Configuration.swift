import Foundation
import Plan

/// Where options come from that the command line does not say: the environment, then a file, then their defaults.
///
/// What is found is put on the command line, so that there is one way in which an option is read and checked.
struct Configuration {
  enum Source: Hashable, Sendable {
    case commandLine
    case environment(String)
    case file(String, line: Int)
    case byDefault

    var text: String {
      switch self {
      case .commandLine: "command line"
      case .environment(let name): name
      case .file(let path, let line): "\(path):\(line)"
      case .byDefault: "default"
      }
    }
  }

  struct Setting: Sendable {
    var option: CommandDescription.Option
    var values: [String]
    var source: Source
  }

  /// Variables that commands look at themselves, since these are set for every command and cost nothing then.
  static let ownVariables: Set<String> = [
    "ROOST_DRIVER", "ROOST_SECRET", "ROOST_TLS_CA_FILE", "ROOST_TLS_CERT", "ROOST_TLS_KEY",
    "ROOST_CONFIG", "ROOST_ARTIFACTS",
  ]

  let commands: [CommandDescription]
  let file: ConfigurationFile?
  let environment: [String: String]

  /// What stands on the command line when no command is configured: nothing is looked at then.
  static func isNeeded(_ arguments: [String], environment: [String: String]) -> Bool {
    if arguments.contains("--parent-on-stdin") { return false }
    return filePath(arguments, environment) != nil
      || environment.keys.contains { $0.hasPrefix("ROOST_") && isOption($0) }
  }

  private static func isOption(_ variable: String) -> Bool {
    !ownVariables.contains(variable) && !variable.hasPrefix("ROOST_TEST_")
  }

  /// Throws `CommandFailure` when the file is wrong.
  init(_ arguments: [String], environment: [String: String]) throws {
    commands = try CommandDescription.ofProgram()
    self.environment = environment
    file = try Self.filePath(arguments, environment).map { [commands] in
      try ConfigurationFile(path: $0, commands: commands)
    }
  }

  private static func filePath(
    _ arguments: [String], _ environment: [String: String]
  ) -> String? {
    let own = arguments.prefix { $0 != "--" }
    for (index, argument) in own.enumerated() {
      if argument == "--config" { return own.dropFirst(index + 1).first ?? "" }
      if argument.hasPrefix("--config=") { return String(argument.dropFirst(9)) }
    }
    return environment["ROOST_CONFIG"].flatMap { $0.isEmpty ? nil : $0 }
  }

  /// The arguments without `--config`, which is for all commands.
  static func withoutFile(_ arguments: [String]) -> [String] {
    var rest: [String] = []
    var isValue = false
    for (index, argument) in arguments.enumerated() {
      if argument == "--" { return rest + arguments[index...] }
      if isValue {
        isValue = false
      } else if argument == "--config" {
        isValue = true
      } else if !argument.hasPrefix("--config=") {
        rest.append(argument)
      }
    }
    return rest
  }

  /// Variables that look like options and are none of any command.
  var unknownVariables: [String] {
    let known = Set(commands.flatMap(\.options).compactMap(\.variable))
    return environment.keys.filter { $0.hasPrefix("ROOST_") && Self.isOption($0) }
      .filter { !known.contains($0) }.sorted()
  }

  /// All options of a command with what they are, given the arguments after its name.
  func settings(of command: CommandDescription, _ arguments: [String]) -> [Setting] {
    command.options.map { option in
      let name = option.name ?? ""
      let stated = Self.values(of: name, isFlag: option.isFlag, in: arguments)
      if !stated.isEmpty {
        return Setting(option: option, values: stated, source: .commandLine)
      }
      if let variable = option.variable, let value = environment[variable], !value.isEmpty {
        return Setting(option: option, values: [value], source: .environment(variable))
      }
      if let file, let entry = file.entry(name, of: command.commandName) {
        return Setting(
          option: option, values: entry.values, source: .file(file.path, line: entry.line))
      }
      return Setting(
        option: option, values: option.defaultValue.map { [$0] } ?? [], source: .byDefault)
    }
  }

  private static func values(of name: String, isFlag: Bool, in arguments: [String]) -> [String] {
    let own = Array(arguments.prefix { $0 != "--" })
    var values: [String] = []
    for (index, argument) in own.enumerated() {
      if argument == "--\(name)" {
        values.append(isFlag ? "true" : own.dropFirst(index + 1).first ?? "")
      } else if argument.hasPrefix("--\(name)=") {
        values.append(String(argument.dropFirst(name.count + 3)))
      }
    }
    return values
  }

  /// The arguments with all that the environment and the file say, and what of these was put in.
  /// Throws `CommandFailure` for a variable of a flag that is neither true nor false.
  func completed(_ arguments: [String]) throws -> (arguments: [String], added: [Setting]) {
    guard
      let place = arguments.firstIndex(where: { argument in
        commands.contains { $0.commandName == argument }
      }), let command = commands.first(where: { $0.commandName == arguments[place] })
    else { return (arguments, []) }
    let own = Array(arguments[(place + 1)...])
    var added: [Setting] = []
    var more: [String] = []
    for setting in settings(of: command, own) {
      switch setting.source {
      case .commandLine, .byDefault: continue
      // Which the command looks at itself.
      case .environment(let name) where Self.ownVariables.contains(name): continue
      case .environment, .file: break
      }
      added.append(setting)
      let name = "--\(setting.option.name ?? "")"
      if setting.option.isFlag {
        let isSet = try Self.flag(setting)
        if isSet { more.append(name) }
      } else {
        for value in setting.values { more.append("\(name)=\(value)") }
      }
    }
    return (Array(arguments[...place]) + more + own, added)
  }

  private static func flag(_ setting: Setting) throws -> Bool {
    switch setting.values.first?.lowercased() {
    case "true", "1", "yes": return true
    case "false", "0", "no": return false
    case let value:
      throw CommandFailure(
        .wrongUse,
        "\(setting.source.text) is '\(value ?? "")'; it is true or false")
    }
  }

  /// Where a value came from that an error of the command line is about.
  static func origin(of error: String, among added: [Setting]) -> String? {
    added.first { setting in
      setting.option.name.map { error.contains("--\($0)") } ?? false
    }.map { "--\($0.option.name ?? "") comes from \($0.source.text)" }
  }
}
