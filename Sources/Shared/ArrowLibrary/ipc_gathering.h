#pragma once
// Bytes that Arrow's IPC writer makes, kept as the buffers that they consist of.
#include <arrow/buffer.h>
#include <arrow/io/interfaces.h>
#include <arrow/result.h>
#include <arrow/status.h>

#include <cstdint>
#include <memory>
#include <vector>

namespace roost {

/// Refers to the memory of columns that it is given and copies only what lies between them. Whoever sends the bytes
/// copies them once, straight into the memory that the socket takes.
class GatheringStream : public arrow::io::OutputStream {
 public:
  arrow::Status Write(const void *data, int64_t count) override;
  arrow::Status Write(const std::shared_ptr<arrow::Buffer> &buffer) override;
  arrow::Status Close() override;
  arrow::Result<int64_t> Tell() const override;
  bool closed() const override;

  int64_t size() const { return size_; }

  /// Bytes offset..<offset + count, which must have been written. O(log buffers + count).
  void copy(int64_t offset, int64_t count, uint8_t *target) const;

 private:
  std::vector<std::shared_ptr<arrow::Buffer>> buffers_;
  /// Where each buffer begins in the stream.
  std::vector<int64_t> starts_;
  int64_t size_ = 0;
  bool is_closed_ = false;
};

}  // namespace roost
