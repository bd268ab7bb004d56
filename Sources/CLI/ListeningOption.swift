import ArgumentParser
import Wire

/// Whether a command may listen where others than this machine can call.
struct ListeningOption: ParsableArguments {
  @Flag(
    help: """
      Listen beyond this machine without certificates and secret: whoever can connect may run jobs and read \
      all that the processes can read.
      """)
  var insecure = false

  func check(_ address: HostPort, security: ConnectionSecurity) throws {
    guard address.isLoopback || security.keepsStrangersOut || insecure else {
      throw CommandFailure(
        .wrongUse,
        "\(address) can be reached from other machines, and anybody there could run jobs: "
          + "give --tls-ca-file, --tls-cert and --tls-key ('roost certs' makes the files) or --secret-file, "
          + "listen on 127.0.0.1, or say --insecure")
    }
  }
}
