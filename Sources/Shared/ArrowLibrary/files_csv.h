#pragma once
// How CSV is understood: the same for inference and for reading.
#include <arrow/csv/converter.h>
#include <arrow/csv/options.h>
#include <arrow/csv/parser.h>
#include <arrow/result.h>
#include <arrow/status.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "files.h"
#include "files_text.h"

namespace roost {

/// The rules of one file, as the options ask.
struct CsvDialect {
  arrow::csv::ParseOptions parsing;
  arrow::csv::ConvertOptions conversion;
  bool header;
  bool multi_line;
};

arrow::Result<CsvDialect> csv_dialect(const roost_text_options &options);

/// The first row of a file and where the next one starts. No names when the file has no row.
struct CsvHeader {
  std::vector<std::string> names;
  int64_t end;
};

/// The names in the first line, or `_c0`, `_c1`, ... of a file without a header.
arrow::Result<CsvHeader> read_csv_header(const TextFile &file, const CsvDialect &dialect);

/// A row that does not have as many fields as the others.
struct CsvInvalidRow {
  int32_t expected;
  int32_t found;
  /// Into the text that was parsed.
  int64_t offset;
};

/// At most `row_limit` rows of a text, cut into fields.
struct CsvRows {
  std::unique_ptr<arrow::csv::BlockParser> parser;
  /// Bytes of the text that the rows take.
  int64_t consumed = 0;
  std::optional<CsvInvalidRow> invalid;
};

/// An invalid row is part of the result; the status tells of all else.
arrow::Result<CsvRows> parse_csv_rows(
    std::string_view text, arrow::csv::ParseOptions parsing, int32_t column_count,
    int32_t row_limit);

/// Of a column of `type`. Keeps a reference to the options.
arrow::Result<std::shared_ptr<arrow::csv::Converter>> make_csv_converter(
    const std::shared_ptr<arrow::DataType> &type, const arrow::csv::ConvertOptions &options);

/// The start of the first row of a text that ends inside of quotes, if any does: at the end of its
/// line, or with `multiLine` at the end of the text.
std::optional<int64_t> find_open_quote(std::string_view text, const CsvDialect &dialect);

/// Says what is wrong with an invalid row of a block, or with a quoted newline that explains it.
arrow::Status csv_row_error(
    const TextFile &file, const CsvDialect &dialect, const TextBlock &block,
    const CsvInvalidRow &row);

arrow::Status csv_open_quote_error(const TextFile &file, const CsvDialect &dialect, int64_t offset);

}  // namespace roost
