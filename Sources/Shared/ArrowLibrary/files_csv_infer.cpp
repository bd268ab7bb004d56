// The schema of a CSV file, told by its first rows.
#include <arrow/array.h>
#include <arrow/c/bridge.h>
#include <arrow/csv/chunker.h>
#include <arrow/csv/converter.h>

#include <algorithm>
#include <limits>

#include "bridge_internal.h"
#include "files_csv.h"
#include "files_internal.h"

namespace roost {

namespace {

/// From the narrowest: the first one that all values of a column have is the column's type.
const arrow::DataTypeVector &candidates() {
  static const arrow::DataTypeVector types = {
      arrow::boolean(), arrow::int64(), arrow::float64(), arrow::date32(),
      arrow::timestamp(arrow::TimeUnit::MICRO, "UTC")};
  return types;
}

arrow::Result<bool> can_hold(
    const std::shared_ptr<arrow::DataType> &type, const arrow::csv::BlockParser &rows,
    int32_t column, const arrow::csv::ConvertOptions &conversion) {
  ARROW_ASSIGN_OR_RAISE(const auto converter, arrow::csv::Converter::Make(type, conversion));
  return converter->Convert(rows, column).ok();
}

arrow::Result<std::shared_ptr<arrow::DataType>> infer_type(
    const arrow::csv::BlockParser &rows, int32_t column,
    const arrow::csv::ConvertOptions &conversion) {
  // A column without values is a string.
  ARROW_ASSIGN_OR_RAISE(const bool is_empty, can_hold(arrow::null(), rows, column, conversion));
  if (is_empty) return arrow::utf8();
  for (const auto &type : candidates()) {
    ARROW_ASSIGN_OR_RAISE(const bool fits, can_hold(type, rows, column, conversion));
    if (fits) return type;
  }
  return arrow::utf8();
}

}  // namespace

}  // namespace roost

extern "C" roost_status roost_csv_infer(
    const char *location, const roost_text_options *options, int64_t byte_count,
    ArrowSchema *schema, int64_t *row_count) {
  return roost::guarded([&]() -> arrow::Status {
    ARROW_ASSIGN_OR_RAISE(const auto dialect, roost::csv_dialect(*options));
    ARROW_ASSIGN_OR_RAISE(auto file, roost::TextFile::open(location));
    ARROW_ASSIGN_OR_RAISE(const auto header, roost::read_csv_header(file, dialect));
    ARROW_ASSIGN_OR_RAISE(
        const int64_t line_end, file.after_newline(std::max(byte_count, header.end)));
    std::unique_ptr<arrow::Chunker> chunker;
    if (dialect.multi_line) chunker = arrow::csv::MakeChunker(dialect.parsing);
    const int64_t end = dialect.multi_line ? file.size() : line_end;
    roost::TextBlocks blocks(file, header.end, end, std::move(chunker));
    ARROW_ASSIGN_OR_RAISE(const auto block, blocks.next());

    *row_count = 0;
    arrow::FieldVector fields;
    if (block.bytes == nullptr) {
      for (const auto &name : header.names) fields.push_back(arrow::field(name, arrow::utf8()));
      return arrow::ExportSchema(*arrow::schema(std::move(fields)), schema);
    }
    if (!dialect.multi_line || block.is_last) {
      if (const auto open = roost::find_open_quote(block.text(), dialect))
        return roost::csv_open_quote_error(file, dialect, block.offset + *open);
    }
    const auto column_count = static_cast<int32_t>(header.names.size());
    ARROW_ASSIGN_OR_RAISE(
        const auto rows,
        roost::parse_csv_rows(
            block.text(), dialect.parsing, column_count, std::numeric_limits<int32_t>::max()));
    if (rows.invalid) return roost::csv_row_error(file, dialect, block, *rows.invalid);
    *row_count = rows.parser->num_rows();
    for (int32_t column = 0; column < column_count; ++column) {
      ARROW_ASSIGN_OR_RAISE(auto type, roost::infer_type(*rows.parser, column, dialect.conversion));
      fields.push_back(arrow::field(header.names[static_cast<size_t>(column)], std::move(type)));
    }
    return arrow::ExportSchema(*arrow::schema(std::move(fields)), schema);
  });
}
