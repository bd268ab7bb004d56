import Columnar

/// What a job is checked against: the files and cached tables that are there.
///
/// The driver implements it and does the blocking work of listing and opening files; the analysis itself has no
/// effects. Called from one thread, at most once for each table of a job and method.
package protocol Catalog {
  /// The files at the paths, globs and URIs, in the order in which they are read.
  ///
  /// Asked only when neither the job file nor the names of the paths tell a format.
  func files(at paths: [String]) throws -> [String]

  /// The columns of the files, which is the declared schema where there is one.
  ///
  /// - Throws: what a person should read when the files are missing or broken.
  func schema(of read: FileRead) throws -> Schema

  /// The columns of the cached table; nil when there is none of that name.
  func schema(ofCached name: String) -> Schema?

  /// The files that travel with the job.
  var shippedFiles: [ShippedFile] { get }

  /// The cached tables, for proposing a name.
  var cachedNames: [String] { get }
}
