import ArgumentParser
import Foundation

/// A command and its options, as the parser of the command line knows them.
struct CommandDescription: Decodable, Sendable {
  struct Option: Decodable, Sendable {
    struct Name: Decodable, Sendable {
      var kind: String
      var name: String
    }

    var kind: String
    var names: [Name]?
    var valueName: String?
    var abstract: String?
    var defaultValue: String?
    var isRepeating: Bool
    var shouldDisplay: Bool

    /// Nil of what has no long name: it is not configured.
    var name: String? { names?.first { $0.kind == "long" }?.name }
    var isFlag: Bool { kind == "flag" }
    var isPositional: Bool { kind == "positional" }

    /// Where the environment may say it.
    var variable: String? {
      name.map { "ROOST_" + $0.uppercased().replacingOccurrences(of: "-", with: "_") }
    }
  }

  var commandName: String
  var abstract: String?
  var discussion: String?
  var arguments: [Option]?
  var subcommands: [CommandDescription]?

  /// Those that a person may set elsewhere than on the command line.
  var options: [Option] {
    (arguments ?? []).filter { option in
      guard let name = option.name else { return false }
      return option.shouldDisplay && !option.isPositional && !["help", "version"].contains(name)
    }
  }

  func option(named name: String) -> Option? { options.first { $0.name == name } }

  /// Looks at all types of all commands, which takes tens of milliseconds.
  static func ofProgram() throws -> [CommandDescription] {
    struct Program: Decodable {
      var command: CommandDescription
    }
    let program = try JSONDecoder().decode(Program.self, from: Data(Roost._dumpHelp().utf8))
    return (program.command.subcommands ?? []).filter { $0.commandName != "help" }
  }
}
