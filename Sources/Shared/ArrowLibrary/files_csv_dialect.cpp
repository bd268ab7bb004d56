// The rules of CSV: options, headers, rows and quotes.
#include <arrow/util/value_parsing.h>

#include <algorithm>

#include "bridge_internal.h"
#include "files_csv.h"

namespace roost {

namespace {

/// Timestamps with a zone offset and without one (UTC) in the same column. Arrow's own parser of
/// ISO 8601 wants a column to be all of one kind.
class UtcTimestampParser : public arrow::TimestampParser {
 public:
  bool operator()(
      const char *text, size_t length, arrow::TimeUnit::type unit, int64_t *instant,
      bool *has_zone_offset) const override {
    bool ignored = false;
    if (!arrow::internal::ParseTimestampISO8601(text, length, unit, instant, &ignored))
      return false;
    if (has_zone_offset != nullptr) *has_zone_offset = true;
    return true;
  }

  const char *kind() const override { return "utc"; }
};

bool has_duplicate(const std::vector<std::string> &names, std::string *duplicate) {
  auto sorted = names;
  std::sort(sorted.begin(), sorted.end());
  const auto found = std::adjacent_find(sorted.begin(), sorted.end());
  if (found == sorted.end()) return false;
  *duplicate = *found;
  return true;
}

}  // namespace

arrow::Result<CsvDialect> csv_dialect(const roost_text_options &options) {
  CsvDialect dialect;
  dialect.header = options.header;
  dialect.multi_line = options.multi_line;

  auto &parsing = dialect.parsing;
  parsing = arrow::csv::ParseOptions::Defaults();
  parsing.delimiter = options.delimiter;
  parsing.quote_char = options.quote;
  parsing.escaping = options.has_escape;
  parsing.escape_char = options.escape;
  parsing.double_quote = !options.has_escape;
  parsing.newlines_in_values = options.multi_line;
  ARROW_RETURN_NOT_OK(parsing.Validate());

  auto &conversion = dialect.conversion;
  conversion = arrow::csv::ConvertOptions::Defaults();
  conversion.null_values = {""};
  for (int64_t index = 0; index < options.null_value_count; ++index)
    conversion.null_values.emplace_back(options.null_values[index]);
  conversion.true_values = {"true", "True", "TRUE"};
  conversion.false_values = {"false", "False", "FALSE"};
  // An empty field is null; a quoted empty field is an empty string.
  conversion.strings_can_be_null = true;
  conversion.quoted_strings_can_be_null = false;
  conversion.timestamp_parsers = {std::make_shared<UtcTimestampParser>()};
  ARROW_RETURN_NOT_OK(conversion.Validate());
  return dialect;
}

arrow::Result<CsvRows> parse_csv_rows(
    std::string_view text, arrow::csv::ParseOptions parsing, int32_t column_count,
    int32_t row_limit) {
  CsvRows rows;
  parsing.invalid_row_handler = [&](const arrow::csv::InvalidRow &row) {
    rows.invalid =
        CsvInvalidRow{row.expected_columns, row.actual_columns, row.text.data() - text.data()};
    return arrow::csv::InvalidRowResult::Error;
  };
  rows.parser =
      std::make_unique<arrow::csv::BlockParser>(parsing, column_count, /*first_row=*/-1, row_limit);
  uint32_t consumed = 0;
  const auto status = rows.parser->ParseFinal(text, &consumed);
  if (!status.ok() && !rows.invalid.has_value()) return status;
  rows.consumed = consumed;
  return rows;
}

arrow::Result<CsvHeader> read_csv_header(const TextFile &file, const CsvDialect &dialect) {
  // The names rarely take more than the first of these bytes; a row that does is read again with
  // more.
  for (int64_t size = 64 << 10;; size *= 2) {
    const int64_t end = std::min(file.size(), file.start() + size);
    ARROW_ASSIGN_OR_RAISE(const auto bytes, file.read(file.start(), end));
    arrow::csv::BlockParser parser(dialect.parsing, -1, -1, /*max_num_rows=*/1);
    uint32_t consumed = 0;
    const auto text = static_cast<std::string_view>(*bytes);
    if (text.find_first_not_of("\r\n") == std::string_view::npos) {
      if (end == file.size()) return CsvHeader{{}, file.size()};
      continue;
    }
    if (end < file.size()) {
      ARROW_RETURN_NOT_OK(parser.Parse(text, &consumed));
      if (parser.num_rows() == 0) continue;
    } else {
      ARROW_RETURN_NOT_OK(parser.ParseFinal(text, &consumed));
    }

    CsvHeader header{{}, file.start()};
    ARROW_RETURN_NOT_OK(
        parser.VisitLastRow([&](const uint8_t *data, uint32_t length, bool, bool) -> arrow::Status {
          header.names.emplace_back(reinterpret_cast<const char *>(data), length);
          return arrow::Status::OK();
        }));
    if (!dialect.header) {
      for (size_t index = 0; index < header.names.size(); ++index)
        header.names[index] = "_c" + std::to_string(index);
      return header;
    }
    std::string duplicate;
    if (has_duplicate(header.names, &duplicate))
      return invalid_at(1, duplicate, "the header has this name twice");
    header.end += consumed;
    return header;
  }
}

std::optional<int64_t> find_open_quote(std::string_view text, const CsvDialect &dialect) {
  enum class State { kFieldStart, kUnquoted, kQuoted, kQuoteInQuoted };
  const auto &rules = dialect.parsing;
  State state = State::kFieldStart;
  int64_t line_start = 0;
  for (size_t index = 0; index < text.size(); ++index) {
    const char byte = text[index];
    if (byte == '\n' && (state != State::kQuoted || !dialect.multi_line)) {
      if (state == State::kQuoted) return line_start;
      state = State::kFieldStart;
      line_start = static_cast<int64_t>(index) + 1;
    } else if (rules.escaping && byte == rules.escape_char) {
      if (state != State::kQuoted) state = State::kUnquoted;
      if (index + 1 < text.size() && (text[index + 1] != '\n' || dialect.multi_line)) ++index;
    } else if (state == State::kQuoted) {
      if (byte == rules.quote_char)
        state = rules.double_quote ? State::kQuoteInQuoted : State::kUnquoted;
    } else if (state == State::kQuoteInQuoted && byte == rules.quote_char) {
      state = State::kQuoted;
    } else if (byte == rules.delimiter) {
      state = State::kFieldStart;
    } else if (state == State::kFieldStart && byte == rules.quote_char) {
      state = State::kQuoted;
    } else {
      state = State::kUnquoted;
    }
  }
  if (state == State::kQuoted) return line_start;
  return std::nullopt;
}

arrow::Status csv_open_quote_error(
    const TextFile &file, const CsvDialect &dialect, int64_t offset) {
  ARROW_ASSIGN_OR_RAISE(const int64_t line, file.line_number(offset));
  return invalid_at(
      line, "",
      dialect.multi_line ? "the row that starts here has a quote that is not closed"
                         : "the line ends inside of quotes: if values hold newlines, set the "
                           "option multiLine: true");
}

arrow::Status csv_row_error(
    const TextFile &file, const CsvDialect &dialect, const TextBlock &block,
    const CsvInvalidRow &row) {
  if (!dialect.multi_line || block.is_last) {
    if (const auto open = find_open_quote(block.text(), dialect); open && *open <= row.offset)
      return csv_open_quote_error(file, dialect, block.offset + *open);
  }
  ARROW_ASSIGN_OR_RAISE(const int64_t line, file.line_number(block.offset + row.offset));
  auto text = block.text().substr(static_cast<size_t>(row.offset));
  text = text.substr(0, text.find_first_of("\r\n"));
  return invalid_at(
      line, "",
      "the row has " + std::to_string(row.found) + (row.found == 1 ? " field" : " fields") +
          " where " + std::to_string(row.expected) + " were expected: " + excerpt(text));
}

}  // namespace roost
