import ArrowBridge

/// Why a file cannot be read or written: the file, the place in it, and what is wrong. Plain values, so that
/// it crosses to another process as it is.
package enum FileError: Error, Hashable, Sendable {
  /// No file, folder or match of a pattern is there.
  case notFound(path: String)
  /// A folder without any file to read.
  case emptyDirectory(path: String)
  /// The bytes are not what the format or the schema asks for. Lines are counted from 1.
  case malformed(path: String, line: Int?, column: String?, message: String)
  /// The file is not the one that was listed: its size or time differ.
  case changed(path: String)
  /// What is asked for has no meaning here: a type, a file system, an option.
  case unsupported(path: String, column: String?, message: String)
  case permissionDenied(path: String)
  /// It lies outside of where jobs may read and write.
  case notAllowed(path: String)
  case alreadyExists(path: String)
  case outOfMemory(path: String)
  /// The file system failed; trying again may help.
  case inputOutput(path: String, message: String)
}

extension FileError {
  package var path: String {
    switch self {
    case .notFound(let path), .emptyDirectory(let path), .changed(let path),
      .permissionDenied(let path), .notAllowed(let path), .alreadyExists(let path),
      .outOfMemory(let path),
      .malformed(let path, _, _, _), .unsupported(let path, _, _), .inputOutput(let path, _):
      path
    }
  }

  /// What the bridge reported about a file.
  init(_ failure: BridgeFailure, path: String) {
    switch failure.code {
    case .notFound: self = .notFound(path: path)
    case .permission: self = .permissionDenied(path: path)
    case .alreadyExists: self = .alreadyExists(path: path)
    case .outOfMemory: self = .outOfMemory(path: path)
    case .notImplemented:
      self = .unsupported(path: path, column: failure.column, message: failure.message)
    case .invalid:
      self = .malformed(
        path: path, line: failure.line, column: failure.column, message: failure.message)
    case .inputOutput, .unknown: self = .inputOutput(path: path, message: failure.message)
    }
  }

  /// Runs a function of the bridge that is about the file at `path`.
  static func check(_ path: String, _ body: () -> roost_status) throws(FileError) {
    do throws(BridgeFailure) {
      try BridgeFailure.check(body)
    } catch {
      throw FileError(error, path: path)
    }
  }
}

extension FileError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .notFound:
      "\(place()): no such file; check the path, and that this host sees the folder"
    case .emptyDirectory:
      "\(place()): the folder has no file to read (names that start with _ or . are skipped)"
    case .malformed(_, let line, let column, let message):
      "\(place(line, column)): \(message)"
    case .changed: "\(place()): the file changed while the job ran; run the job again"
    case .unsupported(_, let column, let message): "\(place(nil, column)): \(message)"
    case .permissionDenied:
      "\(place()): permission denied; the user that runs this process cannot open it"
    case .notAllowed:
      "\(place()): outside of where this process lets jobs read and write; '--allow-path' adds a folder"
    case .alreadyExists: "\(place()): it exists already"
    case .outOfMemory: "\(place()): not enough memory for this part of the file"
    case .inputOutput(_, let message): "\(place()): \(message)"
    }
  }

  private func place(_ line: Int? = nil, _ column: String? = nil) -> String {
    [FileLocation(path).display, line.map { "line \($0)" }, column.map { "column \($0)" }]
      .compactMap { $0 }.joined(separator: ", ")
  }
}
