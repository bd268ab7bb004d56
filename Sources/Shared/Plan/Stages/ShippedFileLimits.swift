/// How much may travel with a job.
package enum ShippedFileLimits {
  package static let count = 10_000
  /// Of all files together.
  package static let byteCount: Int64 = 1 << 30
}
