#pragma once
// Text files as blocks of whole lines.
#include <arrow/buffer.h>
#include <arrow/io/interfaces.h>
#include <arrow/result.h>
#include <arrow/util/delimiting.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace roost {

/// Some lines of a file and where they start in it.
struct TextBlock {
  /// Null at the end of the text.
  std::shared_ptr<arrow::Buffer> bytes;
  int64_t offset = 0;
  /// Whether nothing follows in the part of the file that is read.
  bool is_last = false;

  std::string_view text() const { return static_cast<std::string_view>(*bytes); }
};

/// An open text file. Byte order marks are no part of its text.
class TextFile {
 public:
  static arrow::Result<TextFile> open(const std::string &location);

  int64_t size() const { return size_; }
  /// Where the text starts: after a byte order mark.
  int64_t start() const { return start_; }

  /// The first position after the first newline at or past `position`; the size when there is none.
  arrow::Result<int64_t> after_newline(int64_t position) const;

  /// The line of the byte at `offset`, counted from 1. Reads the file up to there.
  arrow::Result<int64_t> line_number(int64_t offset) const;

  arrow::Result<std::shared_ptr<arrow::Buffer>> read(int64_t first, int64_t end) const;

 private:
  TextFile(std::shared_ptr<arrow::io::RandomAccessFile> file, int64_t size, int64_t start)
      : file_(std::move(file)), size_(size), start_(start) {}

  std::shared_ptr<arrow::io::RandomAccessFile> file_;
  int64_t size_;
  int64_t start_;
};

/// Cuts bytes first..<end of a file, which start and end with a line, into blocks of some MiB.
class TextBlocks {
 public:
  /// `chunker` finds the ends of rows that may hold newlines; null when rows are lines.
  TextBlocks(TextFile file, int64_t first, int64_t end, std::unique_ptr<arrow::Chunker> chunker)
      : file_(std::move(file)), next_(first), end_(end), chunker_(std::move(chunker)) {}

  arrow::Result<TextBlock> next();

  const TextFile &file() const { return file_; }

 private:
  /// Splits `block` after its last complete row; 0 when it has none.
  arrow::Result<int64_t> complete_size(const std::shared_ptr<arrow::Buffer> &block) const;

  TextFile file_;
  /// The first byte that was not handed out.
  int64_t next_;
  int64_t end_;
  std::unique_ptr<arrow::Chunker> chunker_;
};

/// At most `limit` bytes of a text for a message, whole characters only.
std::string excerpt(std::string_view text, size_t limit = 80);

}  // namespace roost
