import Foundation
import Plan
import Yams

/// What a file says of options: sections `all` and one for each command, which have options by their names.
struct ConfigurationFile: Sendable {
  struct Entry: Sendable {
    /// One, or several of an option that may be given again; `true` and `false` of a flag.
    var values: [String]
    var line: Int
  }

  let path: String
  /// By section and option.
  private(set) var sections: [String: [String: Entry]] = [:]

  /// Reads a file and checks it against the commands. Throws `CommandFailure` with the line of what is wrong.
  init(path: String, commands: [CommandDescription]) throws {
    self.path = path
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
      throw CommandFailure(
        .wrongUse, "\(path): the configuration cannot be read: is it there, and UTF-8 text?")
    }
    let root: Node?
    do {
      root = try Yams.compose(yaml: text, .basic)
    } catch YamlError.duplicatedKeysInMapping(duplicates: let keys, let context) {
      let names = keys.map { "'\($0)'" }.joined(separator: ", ")
      throw CommandFailure(
        .wrongUse,
        "\(path):\(context.mark.line): \(names) \(keys.count == 1 ? "is" : "are") there twice")
    } catch {
      throw CommandFailure(.wrongUse, "\(path): \(error)")
    }
    guard let root else { return }
    for (key, node) in try mapping(root, "the configuration") {
      guard key.name == "all" || commands.contains(where: { $0.commandName == key.name }) else {
        throw unknown("section", key, among: ["all"] + commands.map(\.commandName))
      }
      let known = key.name == "all" ? commands : commands.filter { $0.commandName == key.name }
      var entries: [String: Entry] = [:]
      for (option, value) in try mapping(node, "section '\(key.name)'") {
        guard
          let described = known.lazy.compactMap({ $0.option(named: option.name) }).first
        else {
          throw unknown(
            "option", option, among: Set(known.flatMap(\.options).compactMap(\.name)).sorted())
        }
        entries[option.name] = try entry(value, of: described, option)
      }
      sections[key.name] = entries
    }
  }

  /// What it says of an option of a command: the command's own section counts before `all`.
  func entry(_ option: String, of command: String) -> Entry? {
    sections[command]?[option] ?? sections["all"]?[option]
  }

  // MARK: Reading

  private struct Key {
    var name: String
    var line: Int
  }

  private func mapping(_ node: Node, _ what: String) throws -> [(Key, Node)] {
    // A section without a line in it.
    if case .scalar(let scalar) = node, scalar.string.isEmpty { return [] }
    guard case .mapping(let mapping) = node else {
      throw wrong("\(what) should be a mapping of names to values", node.mark?.line)
    }
    var entries: [(Key, Node)] = []
    for (name, value) in mapping {
      guard let text = name.scalar?.string else {
        throw wrong("a name in \(what) is not text", name.mark?.line)
      }
      entries.append((Key(name: text, line: name.mark?.line ?? 1), value))
    }
    return entries
  }

  private func entry(
    _ node: Node, of option: CommandDescription.Option, _ key: Key
  ) throws -> Entry {
    switch node {
    case .scalar(let scalar):
      if option.isFlag, !["true", "false"].contains(scalar.string) {
        throw wrong("'\(key.name)' is '\(scalar.string)'; it is true or false", key.line)
      }
      guard !scalar.string.isEmpty else { throw wrong("'\(key.name)' has no value", key.line) }
      return Entry(values: [scalar.string], line: key.line)
    case .sequence(let items) where option.isRepeating && !option.isFlag:
      let values = items.compactMap(\.scalar?.string)
      guard values.count == items.count else {
        throw wrong("'\(key.name)' should be a list of texts", key.line)
      }
      return Entry(values: values, line: key.line)
    default:
      throw wrong(
        "'\(key.name)' should be one value" + (option.isRepeating ? " or a list of values" : ""),
        key.line)
    }
  }

  private func unknown(_ what: String, _ key: Key, among names: [String]) -> CommandFailure {
    let hint = nearestName(to: key.name, among: names).map { "; did you mean '\($0)'?" } ?? ""
    return wrong("there is no \(what) '\(key.name)'\(hint)", key.line)
  }

  private func wrong(_ message: String, _ line: Int?) -> CommandFailure {
    CommandFailure(.wrongUse, "\(path):\(line ?? 1): \(message)")
  }
}
