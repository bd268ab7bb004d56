// Arrow IPC files.
#include <arrow/c/bridge.h>
#include <arrow/ipc/options.h>
#include <arrow/ipc/reader.h>

#include <algorithm>

#include "bridge_internal.h"
#include "files.h"
#include "files_internal.h"
#include "filesystem_internal.h"

namespace roost {

namespace {

arrow::Result<std::shared_ptr<arrow::ipc::RecordBatchFileReader>> open(
    const ResolvedFile &file, const arrow::ipc::IpcReadOptions &options) {
  ARROW_ASSIGN_OR_RAISE(auto input, file.file_system->OpenInputFile(file.path));
  auto opened = arrow::ipc::RecordBatchFileReader::Open(std::move(input), options);
  if (!opened.ok()) return classify_read_error(opened.status(), file.is_local);
  return opened;
}

arrow::ipc::IpcReadOptions read_options() {
  auto options = arrow::ipc::IpcReadOptions::Defaults();
  options.use_threads = false;
  options.ensure_alignment = arrow::ipc::Alignment::kDataTypeSpecificAlignment;
  return options;
}

class ArrowFileBatchReader : public BatchReader {
 public:
  ArrowFileBatchReader(
      std::shared_ptr<arrow::ipc::RecordBatchFileReader> file, bool is_local, int first, int end,
      std::shared_ptr<arrow::Schema> schema)
      : file_(std::move(file)),
        is_local_(is_local),
        next_(first),
        end_(end),
        schema_(std::move(schema)) {}

  arrow::Result<std::shared_ptr<arrow::RecordBatch>> next() override {
    while (current_ == nullptr || offset_ >= current_->num_rows()) {
      if (next_ >= end_) return nullptr;
      const auto batch = file_->ReadRecordBatch(next_++);
      if (!batch.ok()) return classify_read_error(batch.status(), is_local_);
      // The file may come from anywhere: its offsets are not used before they were checked.
      ARROW_RETURN_NOT_OK((*batch)->ValidateFull());
      current_ = *batch;
      offset_ = 0;
    }
    const int64_t count = std::min(kBatchRows, current_->num_rows() - offset_);
    const auto slice = current_->Slice(offset_, count);
    offset_ += count;
    return to_canonical(*slice, schema_);
  }

 private:
  std::shared_ptr<arrow::ipc::RecordBatchFileReader> file_;
  bool is_local_;
  int next_;
  int end_;
  std::shared_ptr<arrow::Schema> schema_;
  std::shared_ptr<arrow::RecordBatch> current_;
  int64_t offset_ = 0;
};

}  // namespace

}  // namespace roost

extern "C" roost_status roost_arrow_file_inspect(
    const char *location, const roost_names *names, ArrowSchema *schema, int64_t *batch_count) {
  return roost::guarded([&]() -> arrow::Status {
    ARROW_ASSIGN_OR_RAISE(const auto resolved, roost::resolve(location));
    ARROW_ASSIGN_OR_RAISE(const auto file, roost::open(resolved, roost::read_options()));
    ARROW_ASSIGN_OR_RAISE(const auto canonical, roost::canonical_schema(*file->schema(), names));
    *batch_count = file->num_record_batches();
    return arrow::ExportSchema(*canonical, schema);
  });
}

extern "C" roost_status roost_arrow_file_read(
    const char *location, ArrowSchema *schema, int64_t first, int64_t end, roost_reader **reader) {
  return roost::guarded([&]() -> arrow::Status {
    ARROW_ASSIGN_OR_RAISE(auto wanted, arrow::ImportSchema(schema));
    ARROW_ASSIGN_OR_RAISE(const auto resolved, roost::resolve(location));
    ARROW_ASSIGN_OR_RAISE(const auto whole, roost::open(resolved, roost::read_options()));
    auto options = roost::read_options();
    for (const auto &field : wanted->fields()) {
      const int index = whole->schema()->GetFieldIndex(field->name());
      if (index < 0)
        return roost::invalid_at(0, field->name(), "the file has no such column, or more than one");
      options.included_fields.push_back(index);
    }
    // No index at all would mean every column; one column then carries the row counts.
    if (options.included_fields.empty() && whole->schema()->num_fields() > 0)
      options.included_fields.push_back(0);
    std::sort(options.included_fields.begin(), options.included_fields.end());
    ARROW_ASSIGN_OR_RAISE(auto file, roost::open(resolved, options));
    if (first < 0 || first > end || end > file->num_record_batches())
      return arrow::Status::Invalid("the file has no record batches ", first, " to ", end);
    *reader = new roost_reader{std::make_unique<roost::ArrowFileBatchReader>(
        std::move(file), resolved.is_local, static_cast<int>(first), static_cast<int>(end),
        std::move(wanted))};
    return arrow::Status::OK();
  });
}
