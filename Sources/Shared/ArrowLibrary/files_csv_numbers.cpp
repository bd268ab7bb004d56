// Conversion of CSV's columns of long integers and doubles.
#include <arrow/array/data.h>
#include <arrow/array/util.h>
#include <arrow/csv/converter.h>
#include <arrow/csv/parser.h>
#include <arrow/util/bit_util.h>
#include <arrow/util/value_parsing.h>

#include <algorithm>
#include <array>

#include "files_csv.h"
#include "files_csv_digits.h"

namespace roost {

namespace {

/// Takes and refuses the same texts as Arrow's converter and gives the same values. What it adds is
/// the short way for plain digits; see files_csv_digits.h.
template <typename Type>
class NumberConverter : public arrow::csv::Converter {
 public:
  using Value = typename Type::c_type;

  NumberConverter(
      const std::shared_ptr<arrow::DataType> &type, const arrow::csv::ConvertOptions &options)
      : Converter(type, options, arrow::default_memory_pool()) {
    for (const auto &text : options.null_values)
      if (!text.empty()) starts_null_[static_cast<uint8_t>(text.front())] = true;
  }

  arrow::Result<std::shared_ptr<arrow::Array>> Convert(
      const arrow::csv::BlockParser &parser, int32_t column) override {
    const int64_t count = parser.num_rows();
    ARROW_ASSIGN_OR_RAISE(
        std::shared_ptr<arrow::Buffer> buffer,
        arrow::AllocateBuffer(count * static_cast<int64_t>(sizeof(Value)), pool_));
    std::shared_ptr<arrow::Buffer> validity;
    int64_t null_count = 0;
    auto *value = reinterpret_cast<Value *>(buffer->mutable_data());
    const Value *const first = value;
    ARROW_RETURN_NOT_OK(parser.VisitColumn(
        column,
        [&](const uint8_t *data, uint32_t size, bool is_quoted, bool) -> arrow::Status {
          const auto *text = reinterpret_cast<const char *>(data);
          if (!is_quoted && is_null(text, size)) {
            if (validity == nullptr) {
              ARROW_ASSIGN_OR_RAISE(validity, all_valid(count));
            }
            arrow::bit_util::ClearBit(validity->mutable_data(), value - first);
            ++null_count;
            *value++ = 0;
            return arrow::Status::OK();
          }
          if (!read_plain_number(text, size, value) && !convert(text, size, value))
            return arrow::Status::Invalid("not a number");
          ++value;
          return arrow::Status::OK();
        }));
    return arrow::MakeArray(arrow::ArrayData::Make(
        type_, count, {std::move(validity), std::move(buffer)}, null_count));
  }

 protected:
  arrow::Status Initialize() override { return arrow::Status::OK(); }

 private:
  bool is_null(const char *text, uint32_t size) const {
    if (size == 0) return true;
    if (!starts_null_[static_cast<uint8_t>(*text)]) return false;
    const auto &texts = options_.null_values;
    return std::find(texts.begin(), texts.end(), std::string_view(text, size)) != texts.end();
  }

  arrow::Result<std::shared_ptr<arrow::Buffer>> all_valid(int64_t count) const {
    ARROW_ASSIGN_OR_RAISE(auto bits, arrow::AllocateBitmap(count, pool_));
    std::fill_n(bits->mutable_data(), bits->size(), uint8_t{0xFF});
    return bits;
  }

  /// Arrow's own way.
  bool convert(const char *text, size_t size, Value *value) {
    const auto is_blank = [](char byte) { return byte == ' ' || byte == '\t'; };
    for (; size > 0 && is_blank(*text); --size) ++text;
    while (size > 0 && is_blank(text[size - 1])) --size;
    return arrow_converter_.Convert(static_cast<const Type &>(*type_), text, size, value);
  }

  /// Whether a text that stands for null begins with the byte. The empty text always does.
  std::array<bool, 256> starts_null_{};
  arrow::internal::StringConverter<Type> arrow_converter_;
};

}  // namespace

arrow::Result<std::shared_ptr<arrow::csv::Converter>> make_csv_converter(
    const std::shared_ptr<arrow::DataType> &type, const arrow::csv::ConvertOptions &options) {
  switch (type->id()) {
    case arrow::Type::INT64:
      return std::make_shared<NumberConverter<arrow::Int64Type>>(type, options);
    case arrow::Type::DOUBLE:
      return std::make_shared<NumberConverter<arrow::DoubleType>>(type, options);
    default:
      return arrow::csv::Converter::Make(type, options);
  }
}

}  // namespace roost
