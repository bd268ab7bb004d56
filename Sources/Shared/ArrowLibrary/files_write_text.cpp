// Writers of text: CSV by Arrow's writer, JSON lines value by value.
#include <arrow/array.h>
#include <arrow/csv/options.h>
#include <arrow/csv/writer.h>
#include <arrow/ipc/writer.h>
#include <arrow/util/formatting.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string>
#include <string_view>
#include <vector>

#include "bridge_internal.h"
#include "files_internal.h"
#include "files_write.h"

namespace roost {

namespace {

/// Instants as plain times of UTC: Arrow's writer would look for a time zone database on the host.
const std::shared_ptr<arrow::DataType> &plain_timestamp() {
  static const auto type = arrow::timestamp(arrow::TimeUnit::MICRO);
  return type;
}

class CsvBatchWriter : public BatchWriter {
 public:
  CsvBatchWriter(
      std::shared_ptr<arrow::ipc::RecordBatchWriter> writer, std::shared_ptr<arrow::Schema> schema)
      : writer_(std::move(writer)), schema_(std::move(schema)) {}

  arrow::Status write(const std::shared_ptr<arrow::RecordBatch> &batch) override {
    arrow::ArrayVector columns;
    for (const auto &column : batch->columns()) {
      columns.push_back(column);
      if (column->type_id() == arrow::Type::TIMESTAMP) {
        ARROW_ASSIGN_OR_RAISE(columns.back(), column->View(plain_timestamp()));
      }
    }
    return writer_->WriteRecordBatch(
        *arrow::RecordBatch::Make(schema_, batch->num_rows(), std::move(columns)));
  }

  arrow::Status finish() override { return writer_->Close(); }

 private:
  std::shared_ptr<arrow::ipc::RecordBatchWriter> writer_;
  std::shared_ptr<arrow::Schema> schema_;
};

void append_json_string(std::string_view value, std::string &text) {
  static constexpr char kHex[] = "0123456789abcdef";
  text += '"';
  for (const char byte : value) {
    switch (byte) {
      case '"':
        text += "\\\"";
        break;
      case '\\':
        text += "\\\\";
        break;
      case '\n':
        text += "\\n";
        break;
      case '\r':
        text += "\\r";
        break;
      case '\t':
        text += "\\t";
        break;
      default:
        if (static_cast<uint8_t>(byte) < 0x20) {
          text += "\\u00";
          text += kHex[static_cast<uint8_t>(byte) >> 4];
          text += kHex[static_cast<uint8_t>(byte) & 15];
        } else {
          text += byte;
        }
    }
  }
  text += '"';
}

/// The shortest text that reads back as the same bits; with a point, so that it stays a
/// floating-point number. What JSON has no number for is written as Python and Arrow do.
template <typename Float>
void append_json_float(Float value, std::string &text) {
  if (std::isnan(value)) {
    text += "NaN";
  } else if (std::isinf(value)) {
    text += value > 0 ? "Infinity" : "-Infinity";
  } else {
    char digits[32];
    const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
    const std::string_view written(digits, static_cast<size_t>(end - digits));
    text += written;
    if (written.find_first_of(".e") == std::string_view::npos) text += ".0";
  }
}

void append_base64(std::string_view bytes, std::string &text) {
  static constexpr char kDigits[] =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  text += '"';
  for (size_t index = 0; index < bytes.size(); index += 3) {
    uint32_t group = 0;
    const size_t count = std::min<size_t>(3, bytes.size() - index);
    for (size_t part = 0; part < 3; ++part)
      group = group << 8 | (part < count ? static_cast<uint8_t>(bytes[index + part]) : 0);
    for (size_t digit = 0; digit < 4; ++digit)
      text += digit <= count ? kDigits[group >> (18 - 6 * digit) & 63] : '=';
  }
  text += '"';
}

/// The time as Arrow formats it, with a T and a Z.
arrow::Status append_json_time(const arrow::DataType &type, int64_t value, std::string &text) {
  std::string plain;
  const auto append = [&](std::string_view written) { plain += written; };
  if (type.id() == arrow::Type::DATE32) {
    arrow::internal::StringFormatter<arrow::Date32Type>{}(static_cast<int32_t>(value), append);
  } else {
    arrow::internal::StringFormatter<arrow::TimestampType>{plain_timestamp().get()}(value, append);
    if (plain.size() > 10) plain[plain.find(' ')] = 'T';
    plain += 'Z';
  }
  if (plain.starts_with('<'))
    return arrow::Status::Invalid("a ", type_name(type), " has a year past 32767: ", value);
  text += '"';
  text += plain;
  text += '"';
  return arrow::Status::OK();
}

arrow::Status append_json_value(const arrow::Array &column, int64_t row, std::string &text) {
  if (column.IsNull(row)) {
    text += "null";
    return arrow::Status::OK();
  }
  switch (column.type_id()) {
    case arrow::Type::BOOL:
      text += static_cast<const arrow::BooleanArray &>(column).Value(row) ? "true" : "false";
      break;
    case arrow::Type::INT8:
      text += std::to_string(static_cast<const arrow::Int8Array &>(column).Value(row));
      break;
    case arrow::Type::INT16:
      text += std::to_string(static_cast<const arrow::Int16Array &>(column).Value(row));
      break;
    case arrow::Type::INT32:
      text += std::to_string(static_cast<const arrow::Int32Array &>(column).Value(row));
      break;
    case arrow::Type::INT64:
      text += std::to_string(static_cast<const arrow::Int64Array &>(column).Value(row));
      break;
    case arrow::Type::FLOAT:
      append_json_float(static_cast<const arrow::FloatArray &>(column).Value(row), text);
      break;
    case arrow::Type::DOUBLE:
      append_json_float(static_cast<const arrow::DoubleArray &>(column).Value(row), text);
      break;
    case arrow::Type::DECIMAL128:
      text += static_cast<const arrow::Decimal128Array &>(column).FormatValue(row);
      break;
    case arrow::Type::STRING:
      append_json_string(static_cast<const arrow::StringArray &>(column).GetView(row), text);
      break;
    case arrow::Type::BINARY:
      append_base64(static_cast<const arrow::BinaryArray &>(column).GetView(row), text);
      break;
    case arrow::Type::DATE32:
      return append_json_time(
          *column.type(), static_cast<const arrow::Date32Array &>(column).Value(row), text);
    case arrow::Type::TIMESTAMP:
      return append_json_time(
          *column.type(), static_cast<const arrow::TimestampArray &>(column).Value(row), text);
    case arrow::Type::LIST: {
      const auto &list = static_cast<const arrow::ListArray &>(column);
      text += '[';
      for (int64_t index = list.value_offset(row); index < list.value_offset(row + 1); ++index) {
        if (index > list.value_offset(row)) text += ',';
        ARROW_RETURN_NOT_OK(append_json_value(*list.values(), index, text));
      }
      text += ']';
      break;
    }
    default:
      return arrow::Status::NotImplemented(
          "JSON has no values of type ", type_name(*column.type()));
  }
  return arrow::Status::OK();
}

class JsonBatchWriter : public BatchWriter {
 public:
  JsonBatchWriter(std::shared_ptr<arrow::io::OutputStream> stream, const arrow::Schema &schema)
      : stream_(std::move(stream)) {
    for (const auto &field : schema.fields()) {
      std::string key = keys_.empty() ? "{" : ",";
      append_json_string(field->name(), key);
      keys_.push_back(key + ":");
    }
  }

  arrow::Status write(const std::shared_ptr<arrow::RecordBatch> &batch) override {
    std::string text;
    for (int64_t row = 0; row < batch->num_rows(); ++row) {
      for (int column = 0; column < batch->num_columns(); ++column) {
        text += keys_[static_cast<size_t>(column)];
        ARROW_RETURN_NOT_OK(in_column(
            append_json_value(*batch->column(column), row, text), batch->column_name(column)));
      }
      text += keys_.empty() ? "{}\n" : "}\n";
    }
    return stream_->Write(text);
  }

  arrow::Status finish() override { return arrow::Status::OK(); }

 private:
  std::shared_ptr<arrow::io::OutputStream> stream_;
  /// What stands before each value: the separator and the quoted name.
  std::vector<std::string> keys_;
};

}  // namespace

BatchWriterResult make_csv_writer(
    std::shared_ptr<arrow::io::OutputStream> stream, const std::shared_ptr<arrow::Schema> &schema,
    const roost_write_options &options) {
  arrow::FieldVector fields;
  for (const auto &field : schema->fields()) {
    if (field->type()->id() == arrow::Type::LIST ||
        field->type()->id() == arrow::Type::FIXED_SIZE_LIST)
      return in_column(
          arrow::Status::NotImplemented(
              "CSV has no lists; write parquet or json, or select what is in the list"),
          field->name());
    const bool is_timestamp = field->type()->id() == arrow::Type::TIMESTAMP;
    fields.push_back(is_timestamp ? field->WithType(plain_timestamp()) : field);
  }
  auto settings = arrow::csv::WriteOptions::Defaults();
  settings.include_header = options.header;
  auto text_schema = arrow::schema(std::move(fields));
  ARROW_ASSIGN_OR_RAISE(
      auto writer, arrow::csv::MakeCSVWriter(std::move(stream), text_schema, settings));
  return std::make_unique<CsvBatchWriter>(std::move(writer), std::move(text_schema));
}

BatchWriterResult make_json_writer(
    std::shared_ptr<arrow::io::OutputStream> stream, const std::shared_ptr<arrow::Schema> &schema) {
  return std::make_unique<JsonBatchWriter>(std::move(stream), *schema);
}

}  // namespace roost
