#pragma once
// Arrays made ready for Arrow's IPC writer.
#include <arrow/array.h>
#include <arrow/record_batch.h>
#include <arrow/result.h>

#include <memory>

namespace roost {

/// The same rows, with columns without values (also within lists) as arrays that start at 0.
/// Arrow's IPC writer (26.0) gives an empty slice of strings a negative length. Copies only offsets
/// of such lists.
arrow::Result<std::shared_ptr<arrow::RecordBatch>> with_plain_empty_arrays(
    const arrow::RecordBatch &batch);

/// The same rows in buffers that hold nothing else: zeros under nulls and behind the last bit, no
/// slices. The bytes are then a function of the values. Copies everything.
arrow::Result<std::shared_ptr<arrow::RecordBatch>> normalized(const arrow::RecordBatch &batch);

}  // namespace roost
