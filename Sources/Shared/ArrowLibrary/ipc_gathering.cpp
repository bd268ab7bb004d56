#include "ipc_gathering.h"

#include <algorithm>
#include <cstring>
#include <string>

namespace roost {

arrow::Status GatheringStream::Write(const void *data, int64_t count) {
  if (count == 0) return arrow::Status::OK();
  return Write(arrow::Buffer::FromString(
      std::string(static_cast<const char *>(data), static_cast<size_t>(count))));
}

arrow::Status GatheringStream::Write(const std::shared_ptr<arrow::Buffer> &buffer) {
  if (buffer->size() == 0) return arrow::Status::OK();
  starts_.push_back(size_);
  buffers_.push_back(buffer);
  size_ += buffer->size();
  return arrow::Status::OK();
}

arrow::Status GatheringStream::Close() {
  is_closed_ = true;
  return arrow::Status::OK();
}

arrow::Result<int64_t> GatheringStream::Tell() const { return size_; }

bool GatheringStream::closed() const { return is_closed_; }

void GatheringStream::copy(int64_t offset, int64_t count, uint8_t *target) const {
  if (count == 0) return;
  const auto after = std::upper_bound(starts_.begin(), starts_.end(), offset);
  for (auto index = static_cast<size_t>(after - starts_.begin()) - 1; count > 0; ++index) {
    const int64_t skipped = offset - starts_[index];
    const int64_t taken = std::min(count, buffers_[index]->size() - skipped);
    std::memcpy(target, buffers_[index]->data() + skipped, static_cast<size_t>(taken));
    target += taken;
    offset += taken;
    count -= taken;
  }
}

}  // namespace roost
