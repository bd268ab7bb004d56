import Foundation
import Fuzzing

// FUZZER=NAME roost-fuzz ARGUMENTS OF LIBFUZZER...    fuzzes
// FUZZER=NAME roost-fuzz seeds FOLDER                 writes the inputs to begin with
//
// The name is in the environment because libFuzzer starts this program again with other arguments.

@_silgen_name("LLVMFuzzerRunDriver")
private func runFuzzer(
  _ argumentCount: UnsafeMutablePointer<CInt>,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
  _ run: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

private func fail(_ message: String) -> Never {
  FileHandle.standardError.write(Data("roost-fuzz: \(message)\n".utf8))
  exit(2)
}

private let name = ProcessInfo.processInfo.environment["FUZZER"] ?? ""
private let names = fuzzTargets.map(\.name).joined(separator: ", ")

/// libFuzzer's callback is a C function, which can hold nothing: it is set once, before the fuzzer runs.
nonisolated(unsafe) private var fuzzed: (any FuzzTarget)?

private func fuzz(_ target: any FuzzTarget) -> CInt {
  fuzzed = target
  var count = CommandLine.argc
  var arguments = CommandLine.unsafeArgv
  return runFuzzer(&count, &arguments) { bytes, count in
    fuzzed?.run(Array(UnsafeBufferPointer(start: bytes, count: count)))
    return 0
  }
}

private func writeSeeds(of target: any FuzzTarget, to folder: String) throws {
  for (index, seed) in try target.seeds().enumerated() {
    try Data(seed).write(to: URL(fileURLWithPath: "\(folder)/seed-\(index)"))
  }
}

guard let target = fuzzTargets.first(where: { $0.name == name }) else {
  fail("there is no fuzzer '\(name)'; FUZZER is one of \(names)")
}
if CommandLine.arguments.count == 3, CommandLine.arguments[1] == "seeds" {
  try writeSeeds(of: target, to: CommandLine.arguments[2])
} else {
  exit(fuzz(target))
}
