#pragma once
// One interface for the writers of all formats.
#include <arrow/io/interfaces.h>
#include <arrow/record_batch.h>
#include <arrow/result.h>
#include <arrow/status.h>

#include <memory>
#include <string>

#include "files.h"

namespace roost {

/// Writes batches of one schema behind each other. One thread at a time.
class BatchWriter {
 public:
  virtual ~BatchWriter() = default;
  virtual arrow::Status write(const std::shared_ptr<arrow::RecordBatch> &batch) = 0;
  /// Writes what ends the file; the stream stays open.
  virtual arrow::Status finish() = 0;
};

using BatchWriterResult = arrow::Result<std::unique_ptr<BatchWriter>>;

BatchWriterResult make_parquet_writer(
    std::shared_ptr<arrow::io::OutputStream> stream, const std::shared_ptr<arrow::Schema> &schema,
    const roost_write_options &options);
BatchWriterResult make_arrow_writer(
    std::shared_ptr<arrow::io::OutputStream> stream, const std::shared_ptr<arrow::Schema> &schema,
    const roost_write_options &options);
BatchWriterResult make_csv_writer(
    std::shared_ptr<arrow::io::OutputStream> stream, const std::shared_ptr<arrow::Schema> &schema,
    const roost_write_options &options);
BatchWriterResult make_json_writer(
    std::shared_ptr<arrow::io::OutputStream> stream, const std::shared_ptr<arrow::Schema> &schema);

}  // namespace roost
