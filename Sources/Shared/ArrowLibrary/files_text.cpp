#include "files_text.h"

#include <algorithm>
#include <cstring>

#include "bridge_internal.h"
#include "filesystem_internal.h"

namespace roost {

namespace {

/// Large enough for batches of tens of thousands of rows, small enough to be parsed out of the
/// cache.
constexpr int64_t kBlockSize = 4 << 20;
constexpr int64_t kScanSize = 256 << 10;
/// The parsers count bytes in 32 bits.
constexpr int64_t kLargestRow = 1 << 30;

}  // namespace

arrow::Result<TextFile> TextFile::open(const std::string &location) {
  ARROW_ASSIGN_OR_RAISE(auto file, open_for_reading(location));
  ARROW_ASSIGN_OR_RAISE(const int64_t size, file->GetSize());
  ARROW_ASSIGN_OR_RAISE(const auto head, file->ReadAt(0, std::min<int64_t>(3, size)));
  const auto mark = static_cast<std::string_view>(*head);
  if (mark.starts_with("\xff\xfe") || mark.starts_with("\xfe\xff"))
    return invalid_at(1, "", "the text is UTF-16; convert it to UTF-8");
  return TextFile(std::move(file), size, mark == "\xef\xbb\xbf" ? 3 : 0);
}

arrow::Result<std::shared_ptr<arrow::Buffer>> TextFile::read(int64_t first, int64_t end) const {
  ARROW_ASSIGN_OR_RAISE(auto bytes, file_->ReadAt(first, end - first));
  if (bytes->size() != end - first)
    return arrow::Status::IOError("the file is shorter than when it was opened");
  return bytes;
}

arrow::Result<int64_t> TextFile::after_newline(int64_t position) const {
  while (position < size_) {
    const int64_t end = std::min(size_, position + kScanSize);
    ARROW_ASSIGN_OR_RAISE(const auto bytes, read(position, end));
    const void *found = std::memchr(bytes->data(), '\n', static_cast<size_t>(bytes->size()));
    if (found != nullptr)
      return position + (static_cast<const uint8_t *>(found) - bytes->data()) + 1;
    position = end;
  }
  return size_;
}

arrow::Result<int64_t> TextFile::line_number(int64_t offset) const {
  int64_t line = 1;
  for (int64_t position = 0; position < offset;) {
    const int64_t end = std::min(offset, position + kBlockSize);
    ARROW_ASSIGN_OR_RAISE(const auto bytes, read(position, end));
    line += std::count(bytes->data(), bytes->data() + bytes->size(), '\n');
    position = end;
  }
  return line;
}

arrow::Result<int64_t> TextBlocks::complete_size(
    const std::shared_ptr<arrow::Buffer> &block) const {
  if (chunker_ != nullptr) {
    std::shared_ptr<arrow::Buffer> whole, partial;
    ARROW_RETURN_NOT_OK(chunker_->Process(block, &whole, &partial));
    return whole->size();
  }
  const void *last = memrchr(block->data(), '\n', static_cast<size_t>(block->size()));
  return last == nullptr ? 0 : static_cast<const uint8_t *>(last) - block->data() + 1;
}

arrow::Result<TextBlock> TextBlocks::next() {
  if (next_ >= end_) return TextBlock{};
  for (int64_t wanted = kBlockSize; wanted <= kLargestRow; wanted *= 2) {
    // The row that the last block cut off is read once more: cheaper than to copy this block behind
    // it.
    const int64_t block_end = std::min(end_, next_ + wanted);
    ARROW_ASSIGN_OR_RAISE(const auto block, file_.read(next_, block_end));
    const bool is_last = block_end == end_;
    int64_t complete = block->size();
    if (!is_last) {
      ARROW_ASSIGN_OR_RAISE(complete, complete_size(block));
    }
    // Not one whole row in it: read more.
    if (complete == 0) continue;
    TextBlock result{arrow::SliceBuffer(block, 0, complete), next_, is_last};
    next_ += complete;
    return result;
  }
  ARROW_ASSIGN_OR_RAISE(const int64_t line, file_.line_number(next_));
  return invalid_at(line, "", "a row is longer than 1 GiB; is a quote not closed?");
}

std::string excerpt(std::string_view text, size_t limit) {
  if (text.size() <= limit) return std::string(text);
  size_t end = limit;
  while (end > 0 && (static_cast<uint8_t>(text[end]) & 0xC0) == 0x80) --end;
  return std::string(text.substr(0, end)) + "...";
}

}  // namespace roost
