import ArgumentParser
import Foundation
import Wire

struct Man: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "man", abstract: "Prints the manual page: roost man | man -l -")

  func run() throws {
    print(ManualPage(commands: try CommandDescription.ofProgram()).text, terminator: "")
  }
}

/// The page roost(1) in the language of man pages, man(7).
struct ManualPage {
  let commands: [CommandDescription]

  var text: String {
    var lines = [
      ".TH ROOST 1 \"\" \"roost \(roostVersion)\" \"User Commands\"",
      ".SH NAME", "roost \\- trains many models at once, on one host or many",
      ".SH SYNOPSIS", ".B roost", ".I command", "[options]",
      ".SH DESCRIPTION",
      Self.escaped(
        "A driver cuts jobs into tasks, executors run them in parallel and keep the data in memory between the steps; "
          + "any of them may die without a loss. 'roost run' is a whole cluster on this machine."),
      ".SH COMMANDS",
    ]
    for command in commands {
      lines += [".SS roost \(Self.escaped(command.commandName))"]
      lines += [Self.escaped(command.abstract ?? "")]
      if let discussion = command.discussion, !discussion.isEmpty {
        lines += [".PP", ".nf"]
        lines += discussion.split(separator: "\n").map { Self.escaped(String($0)) }
        lines += [".fi"]
      }
      for option in command.arguments ?? [] where option.shouldDisplay {
        lines += self.lines(of: option)
      }
    }
    lines += [
      ".SH EXIT STATUS", ".TP", ".B 0", "Done.", ".TP", ".B 1", "The job failed.", ".TP", ".B 2",
      "The command line, the configuration or the job file is wrong.", ".TP", ".B 3",
      "There is no driver.",
      ".SH ENVIRONMENT", ".TP", ".B ROOST_DRIVER", "The driver's HOST:PORT.", ".TP",
      ".B ROOST_SECRET", "The secret of the cluster.", ".TP", ".B ROOST_CONFIG",
      "The configuration file.", ".TP", ".B ROOST_OPTION",
      Self.escaped("Any other option of a command: --work-dir is ROOST_WORK_DIR."),
      ".SH FILES",
      Self.escaped(
        "The configuration file, which --config names, is YAML: a section for each command, and 'all' for every command "
          + "that has the option. 'roost config' lists options, where they come from and what they do."
      ),
    ]
    return lines.filter { !$0.isEmpty }.joined(separator: "\n") + "\n"
  }

  private func lines(of option: CommandDescription.Option) -> [String] {
    let value = option.isFlag ? "" : " \\fI\(Self.escaped(option.valueName ?? "value"))\\fR"
    let names = (option.names ?? []).map { name in
      "\\fB" + Self.escaped((name.kind == "short" ? "-" : "--") + name.name) + "\\fR"
    }
    let heading =
      names.isEmpty ? String(value.drop { $0 == " " }) : names.joined(separator: ", ") + value
    var help = option.abstract ?? ""
    if let known = option.defaultValue { help += " Default: \(known)." }
    return [".TP", heading, Self.escaped(help.isEmpty ? "(no more)" : help)]
  }

  /// A line is text, whatever it begins with.
  private static func escaped(_ text: String) -> String {
    let text = text.replacingOccurrences(of: "\\", with: "\\e")
      .replacingOccurrences(of: "-", with: "\\-")
    return text.hasPrefix(".") || text.hasPrefix("'") ? "\\&" + text : text
  }
}
