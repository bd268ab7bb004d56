#pragma once
// What the values of a Parquet column are collected in.
#include <arrow/array.h>
#include <arrow/buffer.h>
#include <arrow/util/bit_util.h>
#include <parquet/types.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <memory>
#include <string>

#include "bridge_internal.h"

namespace roost {

/// The validity bits of a batch, which are made when the first null is met.
class Validity {
 public:
  Validity(int64_t rows, bool is_nullable) : rows_(rows), is_nullable_(is_nullable) {}

  /// Checks, too, that there are as many values as levels ask for: some decoders give fewer than a damaged page says,
  /// and nobody else looks.
  arrow::Status append(const int16_t *levels, int64_t first, int64_t count, int64_t values) {
    if (values == count && bits_ == nullptr) return arrow::Status::OK();
    if (values != count) {
      const int64_t present =
          is_nullable_ ? count - std::count(levels, levels + count, int16_t{0}) : count;
      if (values != present)
        return arrow::Status::Invalid(
            "a page has ", values, " values where its levels say ", present);
    }
    if (bits_ == nullptr) {
      ARROW_ASSIGN_OR_RAISE(bits_, arrow::AllocateEmptyBitmap(rows_));
      arrow::bit_util::SetBitsTo(bits_->mutable_data(), 0, first, true);
    }
    for (int64_t row = 0; row < count; ++row)
      arrow::bit_util::SetBitTo(
          bits_->mutable_data(), first + row, values == count || levels[row] != 0);
    null_count_ += count - values;
    return arrow::Status::OK();
  }

  const std::shared_ptr<arrow::Buffer> &bits() const { return bits_; }
  int64_t null_count() const { return null_count_; }

 private:
  int64_t rows_;
  bool is_nullable_;
  int64_t null_count_ = 0;
  std::shared_ptr<arrow::Buffer> bits_;
};

/// Copies a few bytes by words that overlap, without a call.
inline void copy_text(uint8_t *to, const uint8_t *from, uint32_t count) {
  if (count >= 8 && count <= 16) {
    uint64_t first, last;
    std::memcpy(&first, from, 8);
    std::memcpy(&last, from + count - 8, 8);
    std::memcpy(to, &first, 8);
    std::memcpy(to + count - 8, &last, 8);
  } else {
    std::memcpy(to, from, count);
  }
}

/// Whether text needs no further look to be UTF-8. By bytes without a branch, which compilers make vectors of.
inline bool are_ascii(const uint8_t *bytes, int64_t count) {
  uint8_t all = 0;
  for (int64_t index = 0; index < count; ++index) all |= bytes[index];
  return all < 0x80;
}

/// The bytes of a batch of texts, one after the other, and where each of them ends.
class Texts {
 public:
  /// A batch ends soon after so many, so that long texts take no more memory than others.
  static constexpr int64_t kMostBytes = 64 << 20;

  explicit Texts(int64_t rows) : rows_(rows) {}

  arrow::Status reserve() {
    ARROW_ASSIGN_OR_RAISE(
        offsets_, arrow::AllocateResizableBuffer((rows_ + 1) * sizeof(int32_t)));
    ARROW_ASSIGN_OR_RAISE(bytes_, arrow::AllocateResizableBuffer(rows_ * 16));
    offsets()[0] = 0;
    return arrow::Status::OK();
  }

  /// Appends `count` rows whose levels are 0 where they have none of the `value_count` values.
  arrow::Status append(
      const parquet::ByteArray *values, int64_t value_count, const int16_t *levels, int64_t count) {
    int64_t needed = byte_count_;
    for (int64_t value = 0; value < value_count; ++value) needed += values[value].len;
    if (needed > std::numeric_limits<int32_t>::max())
      return arrow::Status::CapacityError("a few rows of text take ", needed, " bytes");
    if (needed > bytes_->size())
      ARROW_RETURN_NOT_OK(bytes_->Resize(std::max(needed, 2 * bytes_->size()), false));
    uint8_t *bytes = bytes_->mutable_data();
    int64_t value = 0;
    for (int64_t row = 0; row < count; ++row) {
      if (value_count == count || levels[row] != 0) {
        copy_text(bytes + byte_count_, values[value].ptr, values[value].len);
        byte_count_ += values[value++].len;
      }
      offsets()[++row_count_] = static_cast<int32_t>(byte_count_);
    }
    return arrow::Status::OK();
  }

  int64_t row_count() const { return row_count_; }
  bool is_full() const { return row_count_ == rows_ || byte_count_ >= kMostBytes; }

  arrow::Result<std::shared_ptr<arrow::Array>> finish(
      const std::shared_ptr<arrow::DataType> &type, const std::string &name,
      const Validity &validity) {
    ARROW_RETURN_NOT_OK(offsets_->Resize((row_count_ + 1) * sizeof(int32_t), false));
    ARROW_RETURN_NOT_OK(bytes_->Resize(byte_count_, false));
    const bool is_ascii = are_ascii(bytes_->data(), byte_count_);
    auto array = arrow::MakeArray(arrow::ArrayData::Make(
        type, row_count_, {validity.bits(), std::move(offsets_), std::move(bytes_)},
        validity.null_count()));
    if (!is_ascii && !array->ValidateFull().ok())
      return invalid_at(0, name, "the text is not UTF-8");
    return array;
  }

 private:
  int32_t *offsets() { return reinterpret_cast<int32_t *>(offsets_->mutable_data()); }

  int64_t rows_;
  int64_t row_count_ = 0;
  int64_t byte_count_ = 0;
  std::shared_ptr<arrow::ResizableBuffer> offsets_;
  std::shared_ptr<arrow::ResizableBuffer> bytes_;
};

}  // namespace roost
