// Reading of CSV, with the place of whatever cannot be read.
#include "files_csv.h"

#include <arrow/array.h>
#include <arrow/c/bridge.h>
#include <arrow/csv/chunker.h>

#include <algorithm>

#include "bridge_internal.h"
#include "files_internal.h"

namespace roost {

namespace {

/// A column that is read and the field of a row that holds it.
struct CsvColumn {
  std::shared_ptr<arrow::Field> field;
  int32_t index;
  std::shared_ptr<arrow::csv::Converter> converter;
};

class CsvBatchReader : public BatchReader {
 public:
  CsvBatchReader(
      std::unique_ptr<CsvDialect> dialect, TextBlocks blocks, int32_t field_count,
      std::vector<CsvColumn> columns, std::shared_ptr<arrow::Schema> schema)
      : dialect_(std::move(dialect)),
        blocks_(std::move(blocks)),
        field_count_(field_count),
        columns_(std::move(columns)),
        schema_(std::move(schema)),
        parsing_(dialect_->parsing) {}

  arrow::Result<std::shared_ptr<arrow::RecordBatch>> next() override {
    while (true) {
      if (position_ >= block_size()) {
        if (block_.bytes != nullptr) ARROW_RETURN_NOT_OK(check_quotes());
        ARROW_ASSIGN_OR_RAISE(block_, blocks_.next());
        position_ = 0;
        row_count_ = 0;
        if (block_.bytes == nullptr) return nullptr;
        // Arrow parses faster when no quote is expected.
        parsing_.quoting = block_.text().find(parsing_.quote_char) != std::string_view::npos;
      }
      const auto text = block_.text().substr(static_cast<size_t>(position_));
      ARROW_ASSIGN_OR_RAISE(
          const auto rows, parse_csv_rows(text, parsing_, field_count_, kBatchRows));
      if (rows.invalid) {
        auto row = *rows.invalid;
        row.offset += position_;
        return csv_row_error(blocks_.file(), *dialect_, block_, row);
      }
      const int64_t row_count = rows.parser->num_rows();
      arrow::ArrayVector arrays;
      arrays.reserve(columns_.size());
      for (const auto &column : columns_) {
        auto array = column.converter->Convert(*rows.parser, column.index);
        if (!array.ok()) return conversion_error(column, text, rows);
        arrays.push_back(*std::move(array));
      }
      position_ += rows.consumed;
      row_count_ += row_count;
      // Nothing but empty lines.
      if (row_count == 0) {
        position_ = block_size();
        continue;
      }
      return arrow::RecordBatch::Make(schema_, row_count, std::move(arrays));
    }
  }

  int64_t quote_count() const override { return quote_count_; }

 private:
  int64_t block_size() const { return block_.bytes == nullptr ? 0 : block_.bytes->size(); }

  /// Without `multiLine` a row is a line: blocks and splits end at newlines. Arrow's parser takes a
  /// newline in quotes all the same wherever no block ends in it, so that each block is checked
  /// when it was read.
  arrow::Status check_quotes() {
    if (!parsing_.quoting) return arrow::Status::OK();
    auto text = block_.text();
    quote_count_ += std::count(text.begin(), text.end(), parsing_.quote_char);
    if (dialect_->multi_line && !block_.is_last) return arrow::Status::OK();
    // As many rows as lines: no line but the last can end inside of quotes. A carriage return may
    // end a row too, and empty lines are no rows; then every line is looked at.
    const auto lines = std::count(text.begin(), text.end(), '\n') + (text.back() == '\n' ? 0 : 1);
    if (!dialect_->multi_line && row_count_ == lines && text.find('\r') == std::string_view::npos) {
      const auto before_last = text.substr(0, text.size() - 1).rfind('\n');
      if (before_last != std::string_view::npos) text = text.substr(before_last + 1);
    }
    if (const auto open = find_open_quote(text, *dialect_))
      return csv_open_quote_error(
          blocks_.file(), *dialect_, block_.offset + (text.data() - block_.text().data()) + *open);
    return arrow::Status::OK();
  }

  /// Finds the row by halves: the first rows that cannot be converted are cut in two until one is
  /// left.
  arrow::Status conversion_error(
      const CsvColumn &column, std::string_view text, const CsvRows &failed) const {
    int32_t count = failed.parser->num_rows();
    while (count > 1) {
      const int32_t half = count / 2;
      ARROW_ASSIGN_OR_RAISE(const auto rows, parse_csv_rows(text, parsing_, field_count_, half));
      if (column.converter->Convert(*rows.parser, column.index).ok()) {
        text = text.substr(static_cast<size_t>(rows.consumed));
        count -= half;
      } else {
        count = half;
      }
    }
    ARROW_ASSIGN_OR_RAISE(const auto row, parse_csv_rows(text, parsing_, field_count_, 1));
    std::string value;
    ARROW_RETURN_NOT_OK(row.parser->VisitColumn(
        column.index, [&](const uint8_t *data, uint32_t size, bool, bool) -> arrow::Status {
          value.assign(reinterpret_cast<const char *>(data), size);
          return arrow::Status::OK();
        }));
    // Empty lines before the row belong to what the parser took.
    const auto row_start = std::min(text.find_first_not_of("\r\n"), text.size());
    const int64_t offset = block_.offset + (text.data() - block_.text().data());
    ARROW_ASSIGN_OR_RAISE(
        const int64_t line, blocks_.file().line_number(offset + static_cast<int64_t>(row_start)));
    const bool is_text = column.field->type()->id() == arrow::Type::STRING;
    return invalid_at(
        line, column.field->name(),
        is_text ? "the text is not UTF-8"
                : "'" + excerpt(value) + "' is not of type " + type_name(*column.field->type()));
  }

  /// On the heap, since the converters keep a reference to it.
  std::unique_ptr<CsvDialect> dialect_;
  TextBlocks blocks_;
  int32_t field_count_;
  std::vector<CsvColumn> columns_;
  std::shared_ptr<arrow::Schema> schema_;
  TextBlock block_;
  /// The dialect's rules, without quotes where the block has none.
  arrow::csv::ParseOptions parsing_;
  /// Of the block: bytes and rows that were read.
  int64_t position_ = 0;
  int64_t row_count_ = 0;
  int64_t quote_count_ = 0;
};

arrow::Result<int32_t> find_column(
    const CsvHeader &header, const arrow::Schema &schema, int32_t column, bool by_name) {
  if (!by_name) return column;
  const auto &name = schema.field(column)->name();
  const auto found = std::find(header.names.begin(), header.names.end(), name);
  if (found != header.names.end()) return static_cast<int32_t>(found - header.names.begin());
  std::string known;
  for (const auto &other : header.names) known += (known.empty() ? "" : ", ") + other;
  return invalid_at(1, name, "the header has no such column; it has " + excerpt(known, 400));
}

}  // namespace

}  // namespace roost

extern "C" roost_status roost_csv_read(
    const char *location, const roost_text_options *options, ArrowSchema *file_schema,
    const int32_t *columns, int64_t column_count, int64_t first, int64_t end,
    roost_reader **reader) {
  return roost::guarded([&]() -> arrow::Status {
    ARROW_ASSIGN_OR_RAISE(const auto schema, arrow::ImportSchema(file_schema));
    ARROW_ASSIGN_OR_RAISE(auto settings, roost::csv_dialect(*options));
    auto dialect = std::make_unique<roost::CsvDialect>(std::move(settings));
    ARROW_ASSIGN_OR_RAISE(auto file, roost::TextFile::open(location));
    ARROW_ASSIGN_OR_RAISE(const auto header, roost::read_csv_header(file, *dialect));

    const bool is_empty = header.names.empty();
    const bool by_name = dialect->header && !is_empty;
    // All columns of the schema must be there, also those that this task does not read.
    for (int32_t index = 0; index < schema->num_fields(); ++index)
      ARROW_RETURN_NOT_OK(roost::find_column(header, *schema, index, by_name).status());
    arrow::FieldVector fields;
    std::vector<roost::CsvColumn> wanted;
    for (int64_t index = 0; index < column_count; ++index) {
      auto field = schema->field(columns[index]);
      ARROW_ASSIGN_OR_RAISE(
          const auto position, roost::find_column(header, *schema, columns[index], by_name));
      auto converter = roost::make_csv_converter(field->type(), dialect->conversion);
      if (!converter.ok())
        return roost::in_column(
            arrow::Status::NotImplemented(
                "CSV has no values of type ", roost::type_name(*field->type())),
            field->name());
      wanted.push_back({field, position, *std::move(converter)});
      fields.push_back(std::move(field));
    }

    int64_t start = header.end;
    if (first > 0) {
      ARROW_ASSIGN_OR_RAISE(const int64_t line_start, file.after_newline(first));
      start = std::max(start, line_start);
    }
    int64_t stop = file.size();
    if (end < stop) {
      ARROW_ASSIGN_OR_RAISE(stop, file.after_newline(end));
    }
    const auto field_count =
        by_name ? static_cast<int32_t>(header.names.size()) : schema->num_fields();
    std::unique_ptr<arrow::Chunker> chunker;
    if (dialect->multi_line) chunker = arrow::csv::MakeChunker(dialect->parsing);
    *reader = new roost_reader{std::make_unique<roost::CsvBatchReader>(
        std::move(dialect), roost::TextBlocks(std::move(file), start, stop, std::move(chunker)),
        field_count, std::move(wanted), arrow::schema(std::move(fields)))};
    return arrow::Status::OK();
  });
}
