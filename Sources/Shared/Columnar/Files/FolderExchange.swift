import ArrowBridge

/// Gives two existing folders of one file system each other's name in one step: a reader sees one or the
/// other, never none. Returns nil when it is done, else the `errno`: `EINVAL` or `ENOSYS` where the file
/// system cannot do it (NFS).
package func exchangeFolders(_ one: String, _ other: String) -> Int32? {
  let failure = roost_exchange_folders(one, other)
  return failure == 0 ? nil : failure
}
