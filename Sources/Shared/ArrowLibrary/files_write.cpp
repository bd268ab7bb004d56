// The writers at the C face: batches of one size, whatever size they come in.
#include "files_write.h"

#include <arrow/c/bridge.h>
#include <arrow/table.h>

#include <algorithm>
#include <vector>

#include "bridge_internal.h"
#include "files_internal.h"
#include "filesystem_internal.h"

struct roost_writer {
  std::shared_ptr<arrow::Schema> schema;
  std::unique_ptr<roost::OutputFile> file;
  std::unique_ptr<roost::BatchWriter> batches;
  /// Less than one batch in all.
  std::vector<std::shared_ptr<arrow::RecordBatch>> pending;
  int64_t pending_rows = 0;

  arrow::Status write(std::shared_ptr<arrow::RecordBatch> batch);
  arrow::Status flush();
};

/// Pages of Parquet and batches of Arrow end where the batches that are written end. Always the
/// same number of rows makes the file's bytes a function of its rows alone.
arrow::Status roost_writer::write(std::shared_ptr<arrow::RecordBatch> batch) {
  while (batch->num_rows() > 0) {
    const int64_t count = std::min(roost::kBatchRows - pending_rows, batch->num_rows());
    pending.push_back(batch->Slice(0, count));
    pending_rows += count;
    batch = batch->Slice(count);
    if (pending_rows == roost::kBatchRows) ARROW_RETURN_NOT_OK(flush());
  }
  return arrow::Status::OK();
}

arrow::Status roost_writer::flush() {
  if (pending.empty()) return arrow::Status::OK();
  auto batch = pending.front();
  if (pending.size() > 1) {
    ARROW_ASSIGN_OR_RAISE(const auto table, arrow::Table::FromRecordBatches(schema, pending));
    ARROW_ASSIGN_OR_RAISE(batch, table->CombineChunksToBatch());
  }
  pending.clear();
  pending_rows = 0;
  return batches->write(batch);
}

namespace roost {

namespace {

BatchWriterResult make_writer(
    roost_format format, std::shared_ptr<arrow::io::OutputStream> stream,
    const std::shared_ptr<arrow::Schema> &schema, const roost_write_options &options) {
  switch (format) {
    case ROOST_FORMAT_PARQUET:
      return make_parquet_writer(std::move(stream), schema, options);
    case ROOST_FORMAT_ARROW:
      return make_arrow_writer(std::move(stream), schema, options);
    case ROOST_FORMAT_CSV:
      return make_csv_writer(std::move(stream), schema, options);
    case ROOST_FORMAT_JSON:
      return make_json_writer(std::move(stream), schema);
  }
  return arrow::Status::Invalid("no format ", static_cast<int>(format));
}

}  // namespace

}  // namespace roost

extern "C" roost_status roost_writer_open(
    const char *location, roost_format format, ArrowSchema *schema,
    const roost_write_options *options, roost_writer **writer) {
  return roost::guarded([&]() -> arrow::Status {
    auto made = std::make_unique<roost_writer>();
    ARROW_ASSIGN_OR_RAISE(made->schema, arrow::ImportSchema(schema));
    ARROW_ASSIGN_OR_RAISE(made->file, roost::OutputFile::open(location));
    ARROW_ASSIGN_OR_RAISE(
        made->batches, roost::make_writer(format, made->file->stream(), made->schema, *options));
    *writer = made.release();
    return arrow::Status::OK();
  });
}

extern "C" roost_status roost_writer_write(roost_writer *writer, ArrowArray *batch) {
  return roost::guarded([&]() -> arrow::Status {
    ARROW_ASSIGN_OR_RAISE(auto rows, arrow::ImportRecordBatch(batch, writer->schema));
    return writer->write(std::move(rows));
  });
}

extern "C" roost_status roost_writer_finish(roost_writer *writer, int64_t *byte_count) {
  return roost::guarded([&]() -> arrow::Status {
    ARROW_RETURN_NOT_OK(writer->flush());
    ARROW_RETURN_NOT_OK(writer->batches->finish());
    ARROW_ASSIGN_OR_RAISE(*byte_count, writer->file->finish());
    return arrow::Status::OK();
  });
}

extern "C" void roost_writer_close(roost_writer *writer) { delete writer; }
