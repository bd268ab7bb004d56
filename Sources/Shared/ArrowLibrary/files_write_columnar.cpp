// Writers of the formats that carry their types: Parquet and Arrow IPC files.
#include <arrow/ipc/options.h>
#include <arrow/ipc/writer.h>
#include <arrow/util/compression.h>
#include <parquet/arrow/schema.h>
#include <parquet/arrow/writer.h>
#include <parquet/exception.h>
#include <parquet/properties.h>
#include <parquet/schema.h>

#include <string_view>

#include "files_write.h"
#include "ipc_arrays.h"

namespace roost {

namespace {

/// Rows a row group, as Arrow's own default: the unit of splitting when the file is read.
constexpr int64_t kRowGroupRows = 1 << 20;

class ParquetBatchWriter : public BatchWriter {
 public:
  explicit ParquetBatchWriter(std::unique_ptr<parquet::arrow::FileWriter> writer)
      : writer_(std::move(writer)) {}

  arrow::Status write(const std::shared_ptr<arrow::RecordBatch> &batch) override {
    try {
      return writer_->WriteRecordBatch(*batch);
    } catch (const parquet::ParquetException &error) {
      return arrow::Status::IOError(error.what());
    }
  }

  arrow::Status finish() override {
    try {
      return writer_->Close();
    } catch (const parquet::ParquetException &error) {
      return arrow::Status::IOError(error.what());
    }
  }

 private:
  std::unique_ptr<parquet::arrow::FileWriter> writer_;
};

class ArrowBatchWriter : public BatchWriter {
 public:
  explicit ArrowBatchWriter(std::shared_ptr<arrow::ipc::RecordBatchWriter> writer)
      : writer_(std::move(writer)) {}

  arrow::Status write(const std::shared_ptr<arrow::RecordBatch> &batch) override {
    // Unlike Parquet, the format holds what lies under nulls.
    ARROW_ASSIGN_OR_RAISE(const auto rows, normalized(*batch));
    return writer_->WriteRecordBatch(*rows);
  }

  arrow::Status finish() override { return writer_->Close(); }

 private:
  std::shared_ptr<arrow::ipc::RecordBatchWriter> writer_;
};

arrow::Result<arrow::Compression::type> compression_named(const char *name) {
  const std::string_view text = name;
  if (text == "none") return arrow::Compression::UNCOMPRESSED;
  if (text == "snappy") return arrow::Compression::SNAPPY;
  if (text == "gzip") return arrow::Compression::GZIP;
  if (text == "lz4") return arrow::Compression::LZ4;
  if (text == "zstd") return arrow::Compression::ZSTD;
  return arrow::Status::NotImplemented(
      "no compression '", text, "'; there are none, snappy, gzip, lz4 and zstd");
}

/// Fractions hardly repeat: their dictionary would be filled to its limit and then given up, which
/// was 8 % of the work of an executor that trained 1 M models. Whole numbers and texts do repeat.
arrow::Status disable_dictionaries_of_fractions(
    const arrow::Schema &schema, parquet::WriterProperties::Builder &properties) {
  std::shared_ptr<parquet::SchemaDescriptor> columns;
  ARROW_RETURN_NOT_OK(
      parquet::arrow::ToParquetSchema(&schema, *parquet::default_writer_properties(), &columns));
  for (int index = 0; index < columns->num_columns(); ++index) {
    const auto *column = columns->Column(index);
    const auto type = column->physical_type();
    if (type == parquet::Type::FLOAT || type == parquet::Type::DOUBLE)
      properties.disable_dictionary(column->path());
  }
  return arrow::Status::OK();
}

}  // namespace

BatchWriterResult make_parquet_writer(
    std::shared_ptr<arrow::io::OutputStream> stream, const std::shared_ptr<arrow::Schema> &schema,
    const roost_write_options &options) {
  auto compression = arrow::Compression::SNAPPY;
  if (options.compression != nullptr) {
    ARROW_ASSIGN_OR_RAISE(compression, compression_named(options.compression));
  }
  parquet::WriterProperties::Builder properties;
  properties.compression(compression)->max_row_group_length(kRowGroupRows)->enable_page_checksum();
  ARROW_RETURN_NOT_OK(disable_dictionaries_of_fractions(*schema, properties));
  ARROW_ASSIGN_OR_RAISE(
      auto writer,
      parquet::arrow::FileWriter::Open(
          *schema, arrow::default_memory_pool(), std::move(stream), properties.build()));
  return std::make_unique<ParquetBatchWriter>(std::move(writer));
}

BatchWriterResult make_arrow_writer(
    std::shared_ptr<arrow::io::OutputStream> stream, const std::shared_ptr<arrow::Schema> &schema,
    const roost_write_options &options) {
  auto settings = arrow::ipc::IpcWriteOptions::Defaults();
  settings.use_threads = false;
  if (options.compression != nullptr) {
    ARROW_ASSIGN_OR_RAISE(const auto compression, compression_named(options.compression));
    if (compression != arrow::Compression::UNCOMPRESSED) {
      // The format's specification knows these two.
      const auto codec_type =
          compression == arrow::Compression::LZ4 ? arrow::Compression::LZ4_FRAME : compression;
      if (codec_type != arrow::Compression::LZ4_FRAME && codec_type != arrow::Compression::ZSTD)
        return arrow::Status::NotImplemented(
            "Arrow files are compressed by lz4 or zstd, not by ", options.compression);
      ARROW_ASSIGN_OR_RAISE(settings.codec, arrow::util::Codec::Create(codec_type));
    }
  }
  ARROW_ASSIGN_OR_RAISE(
      auto writer, arrow::ipc::MakeFileWriter(std::move(stream), schema, settings));
  return std::make_unique<ArrowBatchWriter>(std::move(writer));
}

}  // namespace roost
