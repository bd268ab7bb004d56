import ArgumentParser

struct Completions: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "completions", abstract: "Prints what a shell needs to complete commands.",
    discussion: """
      bash: roost completions bash > /etc/bash_completion.d/roost
      zsh:  roost completions zsh > ~/.zfunc/_roost
      fish: roost completions fish > ~/.config/fish/completions/roost.fish
      """)

  enum Shell: String, ExpressibleByArgument, CaseIterable {
    case bash, zsh, fish
  }

  @Argument(help: "bash, zsh or fish.")
  var shell: Shell

  func run() {
    let known: CompletionShell =
      switch shell {
      case .bash: .bash
      case .zsh: .zsh
      case .fish: .fish
      }
    print(Roost.completionScript(for: known))
  }
}
