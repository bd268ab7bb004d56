#include "ipc.h"

#include <arrow/buffer.h>
#include <arrow/c/bridge.h>
#include <arrow/io/memory.h>
#include <arrow/ipc/options.h>
#include <arrow/ipc/reader.h>
#include <arrow/ipc/writer.h>
#include <arrow/record_batch.h>
#include <arrow/util/byte_size.h>
#include <arrow/util/compression.h>

#include "bridge_internal.h"
#include "ipc_arrays.h"

struct roost_bytes {
  std::shared_ptr<arrow::Buffer> buffer;
};

namespace {

arrow::Result<arrow::ipc::IpcWriteOptions> write_options(roost_ipc_compression compression) {
  auto options = arrow::ipc::IpcWriteOptions::Defaults();
  options.use_threads = false;
  if (compression != ROOST_IPC_UNCOMPRESSED) {
    ARROW_ASSIGN_OR_RAISE(
        options.codec, arrow::util::Codec::Create(
                           compression == ROOST_IPC_LZ4 ? arrow::Compression::LZ4_FRAME
                                                        : arrow::Compression::ZSTD));
    // A buffer that does not shrink by this much travels as it is and costs the reader nothing.
    options.min_space_savings = 0.05;
  }
  return options;
}

}  // namespace

extern "C" roost_status roost_serialize(
    ArrowSchema *schema, ArrowArray *batch, roost_ipc_compression compression,
    roost_bytes **bytes) {
  return roost::guarded([&]() -> arrow::Status {
    ARROW_ASSIGN_OR_RAISE(const auto imported, arrow::ImportRecordBatch(batch, schema));
    ARROW_ASSIGN_OR_RAISE(const auto rows, roost::with_plain_empty_arrays(*imported));
    ARROW_ASSIGN_OR_RAISE(const auto options, write_options(compression));
    // Room for all of it at once, with its schema and the padding of the buffers.
    ARROW_ASSIGN_OR_RAISE(const int64_t size, arrow::util::ReferencedBufferSize(*rows));
    const int64_t capacity = size + 1024 + 256 * rows->num_columns();
    ARROW_ASSIGN_OR_RAISE(const auto sink, arrow::io::BufferOutputStream::Create(capacity));
    ARROW_ASSIGN_OR_RAISE(
        const auto writer, arrow::ipc::MakeStreamWriter(sink, rows->schema(), options));
    ARROW_RETURN_NOT_OK(writer->WriteRecordBatch(*rows));
    ARROW_RETURN_NOT_OK(writer->Close());
    ARROW_ASSIGN_OR_RAISE(auto buffer, sink->Finish());
    *bytes = new roost_bytes{std::move(buffer)};
    return arrow::Status::OK();
  });
}

extern "C" const void *roost_bytes_data(const roost_bytes *bytes) { return bytes->buffer->data(); }

extern "C" int64_t roost_bytes_count(const roost_bytes *bytes) { return bytes->buffer->size(); }

extern "C" void roost_bytes_close(roost_bytes *bytes) { delete bytes; }

extern "C" roost_status roost_deserialize(
    const void *data, int64_t count, ArrowSchema *schema, ArrowArray *batch) {
  return roost::guarded([&]() -> arrow::Status {
    // The one copy: the columns then share memory that is aligned and that nobody else can change.
    ARROW_ASSIGN_OR_RAISE(
        std::shared_ptr<arrow::Buffer> copy,
        arrow::Buffer(static_cast<const uint8_t *>(data), count).CopySlice(0, count));
    auto options = arrow::ipc::IpcReadOptions::Defaults();
    options.use_threads = false;
    options.ensure_alignment = arrow::ipc::Alignment::kDataTypeSpecificAlignment;
    ARROW_ASSIGN_OR_RAISE(
        const auto reader,
        arrow::ipc::RecordBatchStreamReader::Open(
            std::make_shared<arrow::io::BufferReader>(std::move(copy)), options));
    std::shared_ptr<arrow::RecordBatch> rows;
    ARROW_RETURN_NOT_OK(reader->ReadNext(&rows));
    if (rows == nullptr) return arrow::Status::Invalid("the stream holds no batch");
    ARROW_RETURN_NOT_OK(rows->ValidateFull());
    std::shared_ptr<arrow::RecordBatch> none;
    ARROW_RETURN_NOT_OK(reader->ReadNext(&none));
    if (none != nullptr) return arrow::Status::Invalid("the stream holds more than one batch");
    ARROW_RETURN_NOT_OK(arrow::ExportSchema(*rows->schema(), schema));
    return arrow::ExportRecordBatch(*rows, batch);
  });
}
