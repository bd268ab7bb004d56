import ArgumentParser

/// What a command that follows a job says of it.
struct ResultOptions: ParsableArguments {
  @Flag(help: "Say nothing on stderr but errors.")
  var quiet = false

  @Flag(
    help: "Print the result as JSON: state, outputs, shown rows and what did not go as it should.")
  var json = false
}
