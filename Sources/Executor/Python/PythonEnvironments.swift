import Columnar
import Foundation
import Plan
import Wire

/// The virtual environments of this host, one for each interpreter and list of requirements: built once, by whichever executor needs it
/// first, and kept. Safe to use from any thread.
///
/// An environment is a folder named after what is in it. It is complete when a marker file is in it, which is written last,
/// under a lock beside it.
struct PythonEnvironments: Sendable {
  /// To fetch and build large packages takes its time.
  private static let installLimit = Duration.seconds(1800)
  private static let marker = "roost-complete"

  let folder: URL

  /// The interpreter that sees the requirements. Blocks while they are installed, by this executor or another one. Throws `PythonError`
  /// and what `check` throws.
  func interpreter(
    for environment: PythonEnvironment, otherwise fallback: String, check: () throws -> Void
  ) throws -> String {
    let base = environment.interpreter ?? fallback
    if environment.requirements.isEmpty { return base }
    let list = environment.requirements.sorted()
    let digest = ContentDigest.of(([base] + list).joined(separator: "\n"))
    let home = folder.appendingPathComponent(String(digest.prefix(32)))
    let interpreter = home.appendingPathComponent("bin/python").path
    let marker = home.appendingPathComponent(Self.marker).path
    if access(marker, F_OK) == 0 { return interpreter }
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    } catch {
      throw PythonError.requirements(list, reason: "\(folder.path) cannot be made: \(error)")
    }
    let lock = try self.lock("\(home.path).lock", list, check: check)
    defer { lock.release() }
    if access(marker, F_OK) == 0 { return interpreter }
    // Of one that was killed over it.
    try? FileManager.default.removeItem(at: home)
    try build(home, base: base, list, check: check)
    do {
      try Data(list.map { "\($0)\n" }.joined().utf8).write(to: URL(fileURLWithPath: marker))
    } catch {
      throw PythonError.requirements(list, reason: "\(error)")
    }
    return interpreter
  }

  private func lock(
    _ path: String, _ list: [String], check: () throws -> Void
  ) throws -> FileLock {
    let start = ContinuousClock.now
    while true {
      do {
        if let lock = try FileLock(path) { return lock }
      } catch {
        throw PythonError.requirements(list, reason: "\(error)")
      }
      try check()
      guard .now - start < Self.installLimit else {
        throw PythonError.requirements(
          list, reason: "another executor of this host has been at it for too long (\(path))")
      }
      Thread.sleep(forTimeInterval: 0.1)
    }
  }

  private func build(
    _ home: URL, base: String, _ list: [String], check: () throws -> Void
  ) throws {
    func run(_ path: String, _ arguments: [String]) throws -> String {
      do {
        return try PythonCommand(path: path, arguments: arguments)
          .output(within: Self.installLimit, check: check)
      } catch let failure as PythonCommand.Failure {
        throw PythonError.requirements(list, reason: failure.text)
      }
    }
    // Without pip of its own, which Debian keeps in another package: that of another interpreter installs as well.
    _ = try run(base, ["-m", "venv", "--without-pip", home.path])
    let interpreter = home.appendingPathComponent("bin/python").path
    // What the base has, also one that is a virtual environment itself, is there for those who do not ask for another version.
    let folders = """
      import sys, json
      print(json.dumps([p for p in sys.path if p.endswith(("site-packages", "dist-packages"))]))
      """
    let inherited =
      (try? JSONDecoder().decode(
        [String].self, from: Data(try run(base, ["-c", folders]).utf8))) ?? []
    let own =
      (try? JSONDecoder().decode(
        [String].self, from: Data(try run(interpreter, ["-c", folders]).utf8))) ?? []
    if let site = own.first {
      try? Data(inherited.map { "\($0)\n" }.joined().utf8)
        .write(to: URL(fileURLWithPath: site).appendingPathComponent("roost-base.pth"))
    }
    guard
      let installer = [base, "/usr/bin/python3"].first(where: {
        (try? run($0, ["-m", "pip", "--version"])) != nil
      })
    else {
      throw PythonError.requirements(
        list,
        reason: "\(base) has no pip: install it ('python3 -m ensurepip', or Debian's python3-pip)")
    }
    _ = try run(
      installer,
      [
        "-m", "pip", "--python", interpreter, "install", "--disable-pip-version-check",
        "--no-input",
        "--quiet",
      ] + list)
  }
}
