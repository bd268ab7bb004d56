#include "ipc.h"

#include <arrow/buffer.h>
#include <arrow/c/bridge.h>
#include <arrow/io/memory.h>
#include <arrow/ipc/options.h>
#include <arrow/ipc/reader.h>
#include <arrow/ipc/writer.h>
#include <arrow/record_batch.h>
#include <arrow/util/compression.h>

#include <cstdint>
#include <limits>

#include "bridge_internal.h"
#include "ipc_arrays.h"
#include "ipc_gathering.h"

struct roost_serialized {
  std::shared_ptr<roost::GatheringStream> stream;
};

struct roost_memory {
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
    roost_serialized **serialized) {
  return roost::guarded([&]() -> arrow::Status {
    ARROW_ASSIGN_OR_RAISE(const auto imported, arrow::ImportRecordBatch(batch, schema));
    ARROW_ASSIGN_OR_RAISE(const auto rows, roost::with_plain_empty_arrays(*imported));
    ARROW_ASSIGN_OR_RAISE(const auto options, write_options(compression));
    auto stream = std::make_shared<roost::GatheringStream>();
    ARROW_ASSIGN_OR_RAISE(
        const auto writer, arrow::ipc::MakeStreamWriter(stream, rows->schema(), options));
    ARROW_RETURN_NOT_OK(writer->WriteRecordBatch(*rows));
    ARROW_RETURN_NOT_OK(writer->Close());
    *serialized = new roost_serialized{std::move(stream)};
    return arrow::Status::OK();
  });
}

extern "C" int64_t roost_serialized_count(const roost_serialized *serialized) {
  return serialized->stream->size();
}

extern "C" void roost_serialized_copy(
    const roost_serialized *serialized, int64_t offset, int64_t count, void *target) {
  serialized->stream->copy(offset, count, static_cast<uint8_t *>(target));
}

extern "C" void roost_serialized_close(roost_serialized *serialized) { delete serialized; }

extern "C" roost_status roost_memory_allocate(int64_t count, roost_memory **memory) {
  return roost::guarded([&]() -> arrow::Status {
    ARROW_ASSIGN_OR_RAISE(auto buffer, arrow::AllocateBuffer(count));
    *memory = new roost_memory{std::move(buffer)};
    return arrow::Status::OK();
  });
}

extern "C" void *roost_memory_data(roost_memory *memory) { return memory->buffer->mutable_data(); }

extern "C" void roost_memory_close(roost_memory *memory) { delete memory; }

extern "C" roost_status roost_deserialize(
    const roost_memory *memory, ArrowSchema *schema, ArrowArray *batch) {
  return roost::guarded([&]() -> arrow::Status {
    auto options = arrow::ipc::IpcReadOptions::Defaults();
    options.use_threads = false;
    options.ensure_alignment = arrow::ipc::Alignment::kDataTypeSpecificAlignment;
    ARROW_ASSIGN_OR_RAISE(
        const auto reader,
        arrow::ipc::RecordBatchStreamReader::Open(
            std::make_shared<arrow::io::BufferReader>(memory->buffer), options));
    std::shared_ptr<arrow::RecordBatch> rows;
    ARROW_RETURN_NOT_OK(reader->ReadNext(&rows));
    if (rows == nullptr) return arrow::Status::Invalid("the stream holds no batch");
    ARROW_RETURN_NOT_OK(rows->ValidateFull());
    // Of a batch without columns Arrow believes any number; rows are counted with 32 bits here.
    if (rows->num_rows() < 0 || rows->num_rows() > std::numeric_limits<int32_t>::max()) {
      return arrow::Status::Invalid("a batch of ", rows->num_rows(), " rows");
    }
    std::shared_ptr<arrow::RecordBatch> none;
    ARROW_RETURN_NOT_OK(reader->ReadNext(&none));
    if (none != nullptr) return arrow::Status::Invalid("the stream holds more than one batch");
    ARROW_RETURN_NOT_OK(arrow::ExportSchema(*rows->schema(), schema));
    return arrow::ExportRecordBatch(*rows, batch);
  });
}
