#pragma once
// What the readers and writers of the file formats share.
#include <arrow/record_batch.h>
#include <arrow/result.h>
#include <arrow/type.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "files.h"

namespace roost {

/// Rows a batch: enough to pay for a call, few enough for a column to stay in the cache.
constexpr int64_t kBatchRows = 65'536;

/// Gives the batches of a part of a file in their order, in the engine's types. One thread at a
/// time.
class BatchReader {
 public:
  virtual ~BatchReader() = default;
  /// Null at the end. After an error the reader is not used again.
  virtual arrow::Result<std::shared_ptr<arrow::RecordBatch>> next() = 0;
  /// The quote characters passed so far; 0 for formats without them.
  virtual int64_t quote_count() const { return 0; }
};

/// The engine's type for what a file holds: one layout for strings, one for timestamps, and so on.
/// An error says which type has no equal here.
arrow::Result<std::shared_ptr<arrow::DataType>> canonical_type(
    const std::shared_ptr<arrow::DataType> &type);

/// The columns of some names (all when null) in the engine's types; an error names the column.
arrow::Result<std::shared_ptr<arrow::Schema>> canonical_schema(
    const arrow::Schema &schema, const roost_names *names);

/// Brings an array that came from a file to the engine's type `target`: its canonical type or one
/// that holds all of its values.
arrow::Result<std::shared_ptr<arrow::Array>> to_canonical(
    const std::shared_ptr<arrow::Array> &array, const std::shared_ptr<arrow::DataType> &target);

/// The columns of `schema`, found by name in a batch from a file and brought to its types. Strings and
/// binaries may stay indices into a dictionary.
arrow::Result<std::shared_ptr<arrow::RecordBatch>> to_canonical(
    const arrow::RecordBatch &batch, const std::shared_ptr<arrow::Schema> &schema);

/// Strings that came unchecked out of a file: an error names the column whose text is not UTF-8.
arrow::Status validate_strings(const arrow::RecordBatch &batch);

/// The engine's word for one of its types.
std::string type_name(const arrow::DataType &type);

}  // namespace roost

struct roost_reader {
  std::unique_ptr<roost::BatchReader> batches;
};
