#include "ipc_arrays.h"

#include <arrow/array/builder_base.h>
#include <arrow/array/util.h>
#include <arrow/buffer.h>
#include <arrow/builder.h>
#include <arrow/util/bit_util.h>
#include <arrow/util/bitmap_ops.h>

#include <cstring>

namespace roost {

namespace {

using ArrayResult = arrow::Result<std::shared_ptr<arrow::Array>>;

ArrayResult plain_if_empty(const std::shared_ptr<arrow::Array> &array) {
  if (array->length() == 0) return arrow::MakeEmptyArray(array->type());
  if (array->type_id() != arrow::Type::LIST) return array;
  const auto &list = static_cast<const arrow::ListArray &>(*array);
  const int32_t first = list.value_offset(0);
  const int32_t count = list.value_offset(list.length()) - first;
  if (count > 0) {
    // The slices within lists of lists.
    const auto elements = list.values()->Slice(first, count);
    ARROW_ASSIGN_OR_RAISE(const auto plain, plain_if_empty(elements));
    if (plain == elements) return array;
  }
  ARROW_ASSIGN_OR_RAISE(const auto builder, arrow::MakeBuilder(array->type()));
  ARROW_RETURN_NOT_OK(
      builder->AppendArraySlice(arrow::ArraySpan(*array->data()), 0, array->length()));
  return builder->Finish();
}

/// Bits first..<first + length on their own, zeros behind them.
arrow::Result<std::shared_ptr<arrow::Buffer>> copy_bits(
    const uint8_t *bits, int64_t first, int64_t length) {
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> copy, arrow::AllocateEmptyBitmap(length));
  arrow::internal::CopyBitmap(bits, first, length, copy->mutable_data(), 0);
  return copy;
}

ArrayResult normalized_fixed_width(const arrow::ArrayData &data) {
  const int64_t length = data.length;
  const uint8_t *validity = data.MayHaveNulls() ? data.buffers[0]->data() : nullptr;
  std::shared_ptr<arrow::Buffer> bits;
  if (data.GetNullCount() > 0) {
    ARROW_ASSIGN_OR_RAISE(bits, copy_bits(validity, data.offset, length));
  }
  std::shared_ptr<arrow::Buffer> values;
  if (data.type->id() == arrow::Type::BOOL) {
    ARROW_ASSIGN_OR_RAISE(values, copy_bits(data.buffers[1]->data(), data.offset, length));
    if (bits != nullptr)
      arrow::internal::BitmapAnd(
          values->data(), 0, bits->data(), 0, length, 0, values->mutable_data());
  } else {
    const int64_t width = data.type->byte_width();
    ARROW_ASSIGN_OR_RAISE(values, arrow::AllocateBuffer(length * width));
    uint8_t *target = values->mutable_data();
    std::memcpy(
        target, data.buffers[1]->data() + data.offset * width, static_cast<size_t>(length * width));
    if (bits != nullptr) {
      for (int64_t row = 0; row < length; ++row)
        if (!arrow::bit_util::GetBit(bits->data(), row))
          std::memset(target + row * width, 0, static_cast<size_t>(width));
    }
  }
  return arrow::MakeArray(
      arrow::ArrayData::Make(data.type, length, {bits, values}, data.GetNullCount()));
}

ArrayResult normalized_array(const std::shared_ptr<arrow::Array> &array) {
  if (array->length() == 0) return arrow::MakeEmptyArray(array->type());
  switch (array->type_id()) {
    case arrow::Type::NA:
      return arrow::MakeArrayOfNull(arrow::null(), array->length());
    case arrow::Type::STRING:
    case arrow::Type::BINARY:
    case arrow::Type::LIST:
    case arrow::Type::FIXED_SIZE_LIST: {
      // A builder takes the values of valid rows only.
      ARROW_ASSIGN_OR_RAISE(const auto builder, arrow::MakeBuilder(array->type()));
      ARROW_RETURN_NOT_OK(
          builder->AppendArraySlice(arrow::ArraySpan(*array->data()), 0, array->length()));
      ARROW_ASSIGN_OR_RAISE(const auto built, builder->Finish());
      if (built->data()->child_data.empty()) return built;
      auto data = built->data()->Copy();
      ARROW_ASSIGN_OR_RAISE(
          const auto elements, normalized_array(arrow::MakeArray(data->child_data[0])));
      data->child_data = {elements->data()};
      return arrow::MakeArray(data);
    }
    default:
      return normalized_fixed_width(*array->data());
  }
}

template <typename Convert>
arrow::Result<std::shared_ptr<arrow::RecordBatch>> map_columns(
    const arrow::RecordBatch &batch, Convert convert) {
  arrow::ArrayVector columns;
  columns.reserve(static_cast<size_t>(batch.num_columns()));
  for (const auto &column : batch.columns()) {
    ARROW_ASSIGN_OR_RAISE(auto converted, convert(column));
    columns.push_back(std::move(converted));
  }
  return arrow::RecordBatch::Make(batch.schema(), batch.num_rows(), std::move(columns));
}

}  // namespace

arrow::Result<std::shared_ptr<arrow::RecordBatch>> with_plain_empty_arrays(
    const arrow::RecordBatch &batch) {
  return map_columns(batch, plain_if_empty);
}

arrow::Result<std::shared_ptr<arrow::RecordBatch>> normalized(const arrow::RecordBatch &batch) {
  return map_columns(batch, normalized_array);
}

}  // namespace roost
