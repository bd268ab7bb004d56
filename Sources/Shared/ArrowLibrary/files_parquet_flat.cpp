#include "files_parquet_flat.h"

#include <arrow/array.h>
#include <arrow/buffer.h>
#include <arrow/builder.h>
#include <parquet/column_reader.h>
#include <parquet/file_reader.h>
#include <parquet/metadata.h>

#include <algorithm>

#include "bridge_internal.h"
#include "files_parquet_values.h"

namespace roost {

using parquet::arrow::SchemaField;

namespace {

arrow::Status ends_early(const std::string &name) {
  return arrow::Status::Invalid("column ", name, " has fewer values than its row group has rows");
}

/// Moves `values` values, which stand side by side, to the rows that have one; the others become 0.
template <typename Value>
void spread(Value *rows, const int16_t *levels, int64_t count, int64_t values) {
  for (int64_t row = count - 1; row >= 0 && values <= row; --row)
    rows[row] = levels[row] != 0 ? rows[--values] : Value{};
}

/// Fills a buffer with the next rows of a column chunk. `read` takes how many rows, and where their values go, and
/// says how many rows and how many values it read.
template <typename Value, typename Read>
arrow::Result<std::shared_ptr<arrow::ArrayData>> read_values(
    const std::shared_ptr<arrow::DataType> &type, const std::string &name, bool is_nullable,
    int64_t rows, const int16_t *levels, Read &&read) {
  ARROW_ASSIGN_OR_RAISE(
      std::shared_ptr<arrow::Buffer> buffer,
      arrow::AllocateBuffer(rows * static_cast<int64_t>(sizeof(Value))));
  auto *values = reinterpret_cast<Value *>(buffer->mutable_data());
  Validity validity(rows, is_nullable);
  for (int64_t row = 0; row < rows;) {
    int64_t value_count = 0;
    const int64_t count = read(rows - row, values + row, &value_count);
    if (count <= 0 || count > rows - row || value_count > count) return ends_early(name);
    ARROW_RETURN_NOT_OK(validity.append(levels, row, count, value_count));
    if (value_count < count) spread(values + row, levels, count, value_count);
    row += count;
  }
  return arrow::ArrayData::Make(
      type, rows, {validity.bits(), std::move(buffer)}, validity.null_count());
}

template <typename Builder>
arrow::Result<std::shared_ptr<arrow::Array>> copy_entries(
    const std::shared_ptr<arrow::DataType> &type, const parquet::ByteArray *entries,
    int32_t count) {
  Builder builder(type, arrow::default_memory_pool());
  ARROW_RETURN_NOT_OK(builder.Reserve(count));
  for (int32_t entry = 0; entry < count; ++entry)
    ARROW_RETURN_NOT_OK(
        builder.Append(entries[entry].ptr, static_cast<int32_t>(entries[entry].len)));
  return builder.Finish();
}

}  // namespace

/// A column, and what of it is open.
struct FlatParquetReader::Column {
  const SchemaField *field;
  parquet::Type::type physical;
  bool is_nullable;
  /// Of the row group at hand.
  std::shared_ptr<parquet::ColumnReader> values;
  std::shared_ptr<arrow::Array> dictionary;
  /// Rows that were read and have not been given away: another column's texts ended the batch.
  std::shared_ptr<arrow::Array> rest;

  const std::string &name() const { return field->field->name(); }
  const std::shared_ptr<arrow::DataType> &type() const { return field->field->type(); }

  template <typename ParquetType>
  arrow::Result<std::shared_ptr<arrow::Array>> numbers(int64_t rows, int16_t *levels) {
    using Value = typename ParquetType::c_type;
    auto &reader = static_cast<parquet::TypedColumnReader<ParquetType> &>(*values);
    ARROW_ASSIGN_OR_RAISE(
        auto data,
        read_values<Value>(
            type(), name(), is_nullable, rows, levels, [&](int64_t most, Value *to, int64_t *value_count) {
              return reader.ReadBatch(
                  most, is_nullable ? levels : nullptr, nullptr, to, value_count);
            }));
    return arrow::MakeArray(std::move(data));
  }

  arrow::Result<std::shared_ptr<arrow::Array>> indices(int64_t rows, int16_t *levels) {
    auto &reader = static_cast<parquet::ByteArrayReader &>(*values);
    const parquet::ByteArray *entries = nullptr;
    int32_t entry_count = 0;
    ARROW_ASSIGN_OR_RAISE(
        auto data,
        read_values<int32_t>(
            type(), name(), is_nullable, rows, levels, [&](int64_t most, int32_t *to, int64_t *value_count) {
              return reader.ReadBatchWithDictionary(
                  most, is_nullable ? levels : nullptr, nullptr, to, value_count, &entries,
                  &entry_count);
            }));
    if (dictionary == nullptr) ARROW_RETURN_NOT_OK(keep(entries, entry_count));
    // The decoder believes the file.
    const auto *index = data->GetValues<int32_t>(1);
    uint32_t largest = 0;
    for (int64_t row = 0; row < rows; ++row)
      largest = std::max(largest, static_cast<uint32_t>(index[row]));
    const bool is_all_null = data->null_count == rows;
    if (!is_all_null && largest >= static_cast<uint32_t>(dictionary->length()))
      return arrow::Status::Invalid(
          "column ", name(), " has an index ", largest, " into ", dictionary->length(),
          " entries");
    data->dictionary = dictionary->data();
    return arrow::MakeArray(std::move(data));
  }

  /// As many rows as their bytes allow, at least one.
  arrow::Result<std::shared_ptr<arrow::Array>> texts(
      int64_t rows, int16_t *levels, std::vector<parquet::ByteArray> &values) {
    // So few that their bytes are not far beyond what a batch may have.
    constexpr int64_t kRowsAtOnce = 512;
    auto &reader = static_cast<parquet::ByteArrayReader &>(*this->values);
    Texts texts(rows);
    ARROW_RETURN_NOT_OK(texts.reserve());
    Validity validity(rows, is_nullable);
    values.resize(static_cast<size_t>(kRowsAtOnce));
    while (!texts.is_full()) {
      const int64_t most = std::min(rows - texts.row_count(), kRowsAtOnce);
      int64_t value_count = 0;
      const int64_t count = reader.ReadBatch(
          most, is_nullable ? levels : nullptr, nullptr, values.data(), &value_count);
      if (count <= 0 || count > most || value_count > count) return ends_early(name());
      ARROW_RETURN_NOT_OK(validity.append(levels, texts.row_count(), count, value_count));
      ARROW_RETURN_NOT_OK(texts.append(values.data(), value_count, levels, count));
    }
    return texts.finish(type(), name(), validity);
  }

  /// Copies a row group's entries out of the reader's memory.
  arrow::Status keep(const parquet::ByteArray *entries, int32_t count) {
    const auto &entry_type = static_cast<const arrow::DictionaryType &>(*type()).value_type();
    if (entry_type->id() == arrow::Type::STRING) {
      ARROW_ASSIGN_OR_RAISE(
          dictionary, copy_entries<arrow::StringBuilder>(entry_type, entries, count));
    } else {
      ARROW_ASSIGN_OR_RAISE(
          dictionary, copy_entries<arrow::BinaryBuilder>(entry_type, entries, count));
    }
    if (!dictionary->ValidateFull().ok())
      return invalid_at(0, name(), "the text is not UTF-8");
    return arrow::Status::OK();
  }

  /// At most so many rows, at least one.
  arrow::Result<std::shared_ptr<arrow::Array>> next(
      int64_t rows, int16_t *levels, std::vector<parquet::ByteArray> &texts_at_hand) {
    if (rest != nullptr) {
      auto array = std::move(rest);
      rest = nullptr;
      return array;
    }
    switch (physical) {
      case parquet::Type::INT32: return numbers<parquet::Int32Type>(rows, levels);
      case parquet::Type::INT64: return numbers<parquet::Int64Type>(rows, levels);
      case parquet::Type::FLOAT: return numbers<parquet::FloatType>(rows, levels);
      case parquet::Type::DOUBLE: return numbers<parquet::DoubleType>(rows, levels);
      default:
        return type()->id() == arrow::Type::DICTIONARY ? indices(rows, levels)
                                                       : texts(rows, levels, texts_at_hand);
    }
  }
};

bool is_flat(
    const parquet::arrow::FileReader &reader, const SchemaField &field,
    const arrow::DataType &target) {
  if (!field.is_leaf() || field.level_info.rep_level > 0 || field.level_info.def_level > 1)
    return false;
  const auto &type = *field.field->type();
  const auto physical =
      reader.parquet_reader()->metadata()->schema()->Column(field.column_index)->physical_type();
  switch (physical) {
    case parquet::Type::INT32:
      return type.Equals(target) &&
             (type.id() == arrow::Type::INT32 || type.id() == arrow::Type::DATE32);
    case parquet::Type::INT64: return type.Equals(target) && type.id() == arrow::Type::INT64;
    case parquet::Type::FLOAT: return type.Equals(target) && type.id() == arrow::Type::FLOAT;
    case parquet::Type::DOUBLE: return type.Equals(target) && type.id() == arrow::Type::DOUBLE;
    case parquet::Type::BYTE_ARRAY: {
      if (target.id() != arrow::Type::STRING && target.id() != arrow::Type::BINARY) return false;
      if (type.id() != arrow::Type::DICTIONARY) return type.Equals(target);
      // Also the writer's own type makes it one, whatever the pages hold.
      if (!reader.properties().read_dictionary(field.column_index)) return false;
      const auto &dictionary = static_cast<const arrow::DictionaryType &>(type);
      return dictionary.index_type()->id() == arrow::Type::INT32 &&
             dictionary.value_type()->Equals(target);
    }
    default: return false;
  }
}

FlatParquetReader::FlatParquetReader(
    std::shared_ptr<parquet::arrow::FileReader> reader, std::vector<const SchemaField *> columns,
    std::vector<int> row_groups)
    : reader_(std::move(reader)),
      row_groups_(std::move(row_groups)),
      levels_(static_cast<size_t>(kBatchRows)) {
  arrow::FieldVector fields;
  const auto &schema = *reader_->parquet_reader()->metadata()->schema();
  for (const auto *field : columns) {
    const auto &leaf = *schema.Column(field->column_index);
    fields.push_back(field->field);
    columns_.push_back(
        Column{field, leaf.physical_type(), leaf.max_definition_level() > 0, nullptr, nullptr, nullptr});
  }
  schema_ = arrow::schema(std::move(fields));
}

FlatParquetReader::FlatParquetReader(FlatParquetReader &&) noexcept = default;

FlatParquetReader::~FlatParquetReader() = default;

arrow::Status FlatParquetReader::open_row_group(int index) {
  const auto group = reader_->parquet_reader()->RowGroup(index);
  rows_left_ = group->metadata()->num_rows();
  for (auto &column : columns_) {
    column.dictionary = nullptr;
    column.values = column.type()->id() == arrow::Type::DICTIONARY
                        ? group->ColumnWithExposeEncoding(
                              column.field->column_index, parquet::ExposedEncoding::DICTIONARY)
                        : group->Column(column.field->column_index);
  }
  return arrow::Status::OK();
}

arrow::Result<std::shared_ptr<arrow::RecordBatch>> FlatParquetReader::next() {
  while (rows_left_ <= 0) {
    if (next_row_group_ == row_groups_.size()) return nullptr;
    ARROW_RETURN_NOT_OK(open_row_group(row_groups_[next_row_group_++]));
  }
  // Dictionaries belong to row groups, so that no batch has rows of two.
  int64_t rows = std::min(rows_left_, kBatchRows);
  arrow::ArrayVector arrays;
  for (auto &column : columns_) {
    ARROW_ASSIGN_OR_RAISE(auto array, column.next(rows, levels_.data(), texts_));
    rows = std::min(rows, array->length());
    arrays.push_back(std::move(array));
  }
  for (size_t index = 0; index < arrays.size(); ++index) {
    if (arrays[index]->length() == rows) continue;
    columns_[index].rest = arrays[index]->Slice(rows);
    arrays[index] = arrays[index]->Slice(0, rows);
  }
  rows_left_ -= rows;
  return arrow::RecordBatch::Make(schema_, rows, std::move(arrays));
}

}  // namespace roost
