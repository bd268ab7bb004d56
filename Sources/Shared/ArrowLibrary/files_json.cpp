// Reading of JSON lines: one object a line, fields by name.
#include <arrow/array.h>
#include <arrow/c/bridge.h>
#include <arrow/compute/api.h>
#include <arrow/json/options.h>
#include <arrow/json/reader.h>

#include <algorithm>

#include "bridge_internal.h"
#include "files_internal.h"
#include "files_text.h"

namespace roost {

namespace {

/// Dates are strings in JSON, which Arrow's parser leaves to others.
std::shared_ptr<arrow::DataType> parsed_type(const std::shared_ptr<arrow::DataType> &type) {
  if (type->id() == arrow::Type::DATE32) return arrow::utf8();
  if (type->id() == arrow::Type::LIST)
    return arrow::list(arrow::field("item", parsed_type(type->field(0)->type())));
  return type;
}

arrow::Result<std::shared_ptr<arrow::Array>> from_parsed(
    const std::shared_ptr<arrow::Array> &array, const std::shared_ptr<arrow::DataType> &type) {
  if (array->type()->Equals(*type)) return array;
  arrow::compute::ExecContext context;
  context.set_use_threads(false);
  ARROW_ASSIGN_OR_RAISE(
      auto result,
      arrow::compute::Cast(array, type, arrow::compute::CastOptions::Safe(), &context));
  return result.make_array();
}

arrow::Result<std::shared_ptr<arrow::RecordBatch>> parse(
    const std::shared_ptr<arrow::Buffer> &lines, const std::shared_ptr<arrow::Schema> &schema) {
  auto options = arrow::json::ParseOptions::Defaults();
  options.unexpected_field_behavior = arrow::json::UnexpectedFieldBehavior::Ignore;
  arrow::FieldVector parsed_fields;
  for (const auto &field : schema->fields())
    parsed_fields.push_back(arrow::field(field->name(), parsed_type(field->type())));
  options.explicit_schema = arrow::schema(std::move(parsed_fields));
  ARROW_ASSIGN_OR_RAISE(const auto parsed, arrow::json::ParseOne(options, lines));

  arrow::ArrayVector columns;
  for (int index = 0; index < schema->num_fields(); ++index) {
    const auto &field = schema->field(index);
    auto column = from_parsed(parsed->column(index), field->type());
    if (!column.ok()) return in_column(column.status(), field->name());
    columns.push_back(*std::move(column));
  }
  const auto batch = arrow::RecordBatch::Make(schema, parsed->num_rows(), std::move(columns));
  ARROW_RETURN_NOT_OK(validate_strings(*batch));
  return batch;
}

/// The first line of a text that cannot be parsed, found by halves.
arrow::Status line_error(
    const TextFile &file, const TextBlock &block, const std::shared_ptr<arrow::Schema> &schema) {
  int64_t first = 0;
  int64_t end = block.bytes->size();
  while (true) {
    const auto text = block.text().substr(0, static_cast<size_t>(end));
    const auto middle = text.find('\n', static_cast<size_t>(first + (end - first) / 2));
    int64_t cut = middle == std::string_view::npos ? end : static_cast<int64_t>(middle) + 1;
    if (cut >= end) {
      const auto start = text.find('\n', static_cast<size_t>(first));
      cut = start == std::string_view::npos ? end : static_cast<int64_t>(start) + 1;
    }
    const auto part = arrow::SliceBuffer(block.bytes, first, cut - first);
    const auto parsed = parse(part, schema);
    if (parsed.ok()) {
      first = cut;
      if (first >= end) return arrow::Status::Invalid("the lines cannot be parsed together");
    } else if (cut < end) {
      end = cut;
    } else {
      ARROW_ASSIGN_OR_RAISE(const int64_t line, file.line_number(block.offset + first));
      const auto &status = parsed.status();
      const auto *place = dynamic_cast<const Place *>(status.detail().get());
      auto bad = static_cast<std::string_view>(*part);
      bad = bad.substr(0, bad.find_first_of("\r\n"));
      return invalid_at(
          line, place != nullptr ? place->column : "",
          status.message() + " in: " + excerpt(bad, 200));
    }
  }
}

class JsonBatchReader : public BatchReader {
 public:
  JsonBatchReader(TextBlocks blocks, std::shared_ptr<arrow::Schema> schema)
      : blocks_(std::move(blocks)), schema_(std::move(schema)) {}

  arrow::Result<std::shared_ptr<arrow::RecordBatch>> next() override {
    while (current_ == nullptr || offset_ >= current_->num_rows()) {
      ARROW_ASSIGN_OR_RAISE(const auto block, blocks_.next());
      if (block.bytes == nullptr) return nullptr;
      auto parsed = parse(block.bytes, schema_);
      if (!parsed.ok()) return line_error(blocks_.file(), block, schema_);
      current_ = *std::move(parsed);
      offset_ = 0;
    }
    const int64_t count = std::min(kBatchRows, current_->num_rows() - offset_);
    const auto slice = current_->Slice(offset_, count);
    offset_ += count;
    return slice;
  }

 private:
  TextBlocks blocks_;
  std::shared_ptr<arrow::Schema> schema_;
  std::shared_ptr<arrow::RecordBatch> current_;
  int64_t offset_ = 0;
};

/// A column of strings that all look like a time is a date when none of them has an hour.
arrow::Result<std::shared_ptr<arrow::DataType>> date_or_timestamp(
    const std::shared_ptr<arrow::Buffer> &lines, const std::string &name) {
  const auto as_date = arrow::schema({arrow::field(name, arrow::date32())});
  if (parse(lines, as_date).ok()) return arrow::date32();
  return arrow::timestamp(arrow::TimeUnit::MICRO, "UTC");
}

}  // namespace

}  // namespace roost

extern "C" roost_status roost_json_read(
    const char *location, ArrowSchema *schema, int64_t first, int64_t end, roost_reader **reader) {
  return roost::guarded([&]() -> arrow::Status {
    ARROW_ASSIGN_OR_RAISE(auto wanted, arrow::ImportSchema(schema));
    ARROW_ASSIGN_OR_RAISE(auto file, roost::TextFile::open(location));
    int64_t start = file.start();
    if (first > 0) {
      ARROW_ASSIGN_OR_RAISE(start, file.after_newline(first));
    }
    int64_t stop = file.size();
    if (end < stop) {
      ARROW_ASSIGN_OR_RAISE(stop, file.after_newline(end));
    }
    *reader = new roost_reader{std::make_unique<roost::JsonBatchReader>(
        roost::TextBlocks(std::move(file), start, stop, nullptr), std::move(wanted))};
    return arrow::Status::OK();
  });
}

extern "C" roost_status roost_json_infer(
    const char *location, int64_t byte_count, ArrowSchema *schema, int64_t *row_count) {
  return roost::guarded([&]() -> arrow::Status {
    ARROW_ASSIGN_OR_RAISE(auto file, roost::TextFile::open(location));
    ARROW_ASSIGN_OR_RAISE(const int64_t end, file.after_newline(byte_count));
    const int64_t start = file.start();
    roost::TextBlocks blocks(file, start, end, nullptr);
    ARROW_ASSIGN_OR_RAISE(const auto block, blocks.next());
    *row_count = 0;
    if (block.bytes == nullptr) return arrow::ExportSchema(*arrow::schema({}), schema);

    const auto inferred = arrow::json::ParseOne(arrow::json::ParseOptions::Defaults(), block.bytes);
    if (!inferred.ok()) {
      // Lines that do not parse, or whose values do not agree: a schema without columns finds the
      // former.
      ARROW_RETURN_NOT_OK(
          roost::parse(block.bytes, arrow::schema({})).ok()
              ? inferred.status()
              : roost::line_error(file, block, arrow::schema({})));
    }
    *row_count = (*inferred)->num_rows();
    arrow::FieldVector fields;
    for (const auto &field : (*inferred)->schema()->fields()) {
      std::shared_ptr<arrow::DataType> type;
      switch (field->type()->id()) {
        case arrow::Type::NA:
          type = arrow::utf8();
          break;
        case arrow::Type::TIMESTAMP: {
          ARROW_ASSIGN_OR_RAISE(type, roost::date_or_timestamp(block.bytes, field->name()));
          break;
        }
        default: {
          auto canonical = roost::canonical_type(field->type());
          if (!canonical.ok()) return roost::in_column(canonical.status(), field->name());
          type = *std::move(canonical);
        }
      }
      fields.push_back(arrow::field(field->name(), std::move(type)));
    }
    return arrow::ExportSchema(*arrow::schema(std::move(fields)), schema);
  });
}
