#pragma once
// How the C++ side finds and opens files.
#include <arrow/filesystem/filesystem.h>
#include <arrow/io/interfaces.h>
#include <arrow/result.h>

#include <cstdint>
#include <memory>
#include <string>

namespace roost {

/// A location as its file system knows it.
struct ResolvedFile {
  std::shared_ptr<arrow::fs::FileSystem> file_system;
  std::string path;
  bool is_local;
};

/// Loads the library of S3 when a location first asks for it.
arrow::Result<ResolvedFile> resolve(const std::string &location);

arrow::Result<std::shared_ptr<arrow::io::RandomAccessFile>> open_for_reading(
    const std::string &location);

/// The readers of formats report bytes that make no sense as I/O errors too. On a local file those
/// are the I/O errors without a number from the kernel; they become invalid input, which no second
/// try mends.
arrow::Status classify_read_error(const arrow::Status &status, bool is_local);

/// A file that is being written. When it goes away without `finish`, a remote upload is given up
/// and a local file is left as it is.
class OutputFile {
 public:
  static arrow::Result<std::unique_ptr<OutputFile>> open(const std::string &location);
  ~OutputFile();
  OutputFile(const OutputFile &) = delete;
  OutputFile &operator=(const OutputFile &) = delete;

  const std::shared_ptr<arrow::io::OutputStream> &stream() const { return stream_; }

  /// Closes the file and tells how many bytes it has. A local one begins to go to disk; who relies on it there
  /// synchronizes it.
  arrow::Result<int64_t> finish();

 private:
  OutputFile(std::shared_ptr<arrow::io::OutputStream> stream, int descriptor)
      : stream_(std::move(stream)), descriptor_(descriptor) {}

  std::shared_ptr<arrow::io::OutputStream> stream_;
  /// Of a local file; -1 for a remote one.
  int descriptor_;
};

}  // namespace roost
