// Parquet files: footers, statistics and the reading of row groups.
#include <arrow/array.h>
#include <arrow/array/concatenate.h>
#include <arrow/array/util.h>
#include <arrow/c/bridge.h>
#include <arrow/scalar.h>
#include <parquet/arrow/reader.h>
#include <parquet/arrow/schema.h>
#include <parquet/exception.h>
#include <parquet/file_reader.h>
#include <parquet/metadata.h>
#include <parquet/properties.h>
#include <parquet/statistics.h>

#include <algorithm>
#include <limits>
#include <optional>

#include "bridge_internal.h"
#include "files.h"
#include "files_internal.h"
#include "files_parquet_flat.h"
#include "filesystem_internal.h"

struct roost_parquet_file {
  /// Shared with the readers made from it, which outlive a close.
  std::shared_ptr<parquet::arrow::FileReader> reader;
  bool is_local;
};

namespace roost {

namespace {

using parquet::arrow::SchemaField;

/// Local files are read page by page: a page is decoded while it is in the cache, into memory that
/// the page before it has left. Whole column chunks, as by default, are fresh memory for every row
/// group: of 20 M rows on two threads that took 364 MB and 0.6 s of CPU, this takes 115 MB and
/// 0.5 s (the OLS rows of `make bench-all`).
constexpr int64_t kReadSize = 64 << 10;

/// Parquet's own exceptions are about the file's bytes.
template <typename Body>
arrow::Status catching_parquet(bool is_local, Body &&body) {
  try {
    return classify_read_error(body(), is_local);
  } catch (const parquet::ParquetStatusException &error) {
    return error.status();
  } catch (const parquet::ParquetException &error) {
    return arrow::Status::Invalid(error.what());
  }
}

void collect_leaves(const SchemaField &field, std::vector<int> &leaves) {
  if (field.is_leaf()) leaves.push_back(field.column_index);
  for (const auto &child : field.children) collect_leaves(child, leaves);
}

arrow::Result<const SchemaField *> find_field(
    const parquet::arrow::FileReader &reader, const std::string &name) {
  const SchemaField *found = nullptr;
  for (const auto &field : reader.manifest().schema_fields) {
    if (field.field->name() != name) continue;
    if (found != nullptr) return invalid_at(0, name, "the file has more than one such column");
    found = &field;
  }
  if (found == nullptr) return invalid_at(0, name, "the file has no such column");
  return found;
}

/// The bytes of its dictionary when a column chunk holds nothing but indices into one.
std::optional<int64_t> dictionary_bytes(const parquet::ColumnChunkMetaData &chunk) {
  if (!chunk.has_dictionary_page()) return std::nullopt;
  const auto &pages = chunk.encoding_stats();
  const auto is_data = [](const parquet::PageEncodingStats &page) {
    return page.page_type == parquet::PageType::DATA_PAGE ||
           page.page_type == parquet::PageType::DATA_PAGE_V2;
  };
  const bool holds =
      std::any_of(pages.begin(), pages.end(), is_data) &&
      std::all_of(pages.begin(), pages.end(), [&](const parquet::PageEncodingStats &page) {
        return !is_data(page) || page.encoding == parquet::Encoding::RLE_DICTIONARY ||
               page.encoding == parquet::Encoding::PLAIN_DICTIONARY;
      });
  if (!holds) return std::nullopt;
  return std::max<int64_t>(0, chunk.data_page_offset() - chunk.dictionary_page_offset());
}

/// Leaves columns of text as indices into dictionaries where the file holds them so in all row
/// groups: neither the reader nor a grouping by them then looks at the text of each row.
void read_dictionaries(
    const parquet::FileMetaData &metadata, parquet::ArrowReaderProperties &properties) {
  // A larger one has about as many entries as a batch has rows, and each batch would get a copy of
  // them.
  constexpr int64_t kDictionaryBytes = 128 << 10;
  for (int column = 0; column < metadata.num_columns(); ++column) {
    const auto &leaf = *metadata.schema()->Column(column);
    if (leaf.physical_type() != parquet::Type::BYTE_ARRAY || leaf.max_repetition_level() > 0 ||
        leaf.path()->ToDotVector().size() != 1)
      continue;
    bool holds = metadata.num_row_groups() > 0;
    for (int group = 0; holds && group < metadata.num_row_groups(); ++group)
      holds = dictionary_bytes(*metadata.RowGroup(group)->ColumnChunk(column))
                  .value_or(kDictionaryBytes + 1) <= kDictionaryBytes;
    if (holds) properties.set_read_dictionary(column, true);
  }
}

arrow::Result<std::shared_ptr<parquet::arrow::FileReader>> open(const ResolvedFile &file) {
  ARROW_ASSIGN_OR_RAISE(auto input, file.file_system->OpenInputFile(file.path));
  parquet::arrow::FileReaderBuilder builder;
  parquet::ReaderProperties file_properties;
  file_properties.set_page_checksum_verification(true);
  if (file.is_local) {
    file_properties.enable_buffered_stream();
    file_properties.set_buffer_size(kReadSize);
  }
  ARROW_RETURN_NOT_OK(builder.Open(std::move(input), file_properties));
  parquet::ArrowReaderProperties properties(/*use_threads=*/false);
  properties.set_batch_size(kBatchRows);
  // A local file is in the page cache or read ahead by the kernel; an object store wants few large
  // requests.
  properties.set_pre_buffer(!file.is_local);
  properties.set_coerce_int96_timestamp_unit(arrow::TimeUnit::MICRO);
  read_dictionaries(*builder.raw_reader()->metadata(), properties);
  builder.properties(properties);
  ARROW_ASSIGN_OR_RAISE(auto reader, builder.Build());
  return std::shared_ptr<parquet::arrow::FileReader>(std::move(reader));
}

class ParquetBatchReader : public BatchReader {
 public:
  ParquetBatchReader(roost_parquet_file file, std::shared_ptr<arrow::Schema> schema)
      : file_(std::move(file)), schema_(std::move(schema)) {}

  arrow::Result<std::shared_ptr<arrow::RecordBatch>> next() override {
    std::shared_ptr<arrow::RecordBatch> result;
    ARROW_RETURN_NOT_OK(catching_parquet(file_.is_local, [&]() -> arrow::Status {
      ARROW_ASSIGN_OR_RAISE(result, read());
      return arrow::Status::OK();
    }));
    return result;
  }

 protected:
  /// The next batch in the engine's types, sound whatever the file holds; null at the end.
  virtual arrow::Result<std::shared_ptr<arrow::RecordBatch>> read() = 0;

  const std::shared_ptr<arrow::Schema> &schema() const { return schema_; }

 private:
  roost_parquet_file file_;
  std::shared_ptr<arrow::Schema> schema_;
};

/// The way for columns of all kinds.
class AssembledBatchReader : public ParquetBatchReader {
 public:
  AssembledBatchReader(
      roost_parquet_file file, std::shared_ptr<arrow::Schema> schema,
      std::unique_ptr<arrow::RecordBatchReader> batches)
      : ParquetBatchReader(std::move(file), std::move(schema)), batches_(std::move(batches)) {}

 protected:
  arrow::Result<std::shared_ptr<arrow::RecordBatch>> read() override {
    std::shared_ptr<arrow::RecordBatch> batch;
    ARROW_RETURN_NOT_OK(batches_->ReadNext(&batch));
    if (batch == nullptr) return nullptr;
    ARROW_ASSIGN_OR_RAISE(auto result, to_canonical(*batch, schema()));
    // Parquet's reader does not look into strings; all else that it makes is sound by construction.
    ARROW_RETURN_NOT_OK(validate_strings(*result));
    return result;
  }

 private:
  std::unique_ptr<arrow::RecordBatchReader> batches_;
};

/// The direct way.
class FlatBatchReader : public ParquetBatchReader {
 public:
  FlatBatchReader(
      roost_parquet_file file, std::shared_ptr<arrow::Schema> schema, FlatParquetReader batches)
      : ParquetBatchReader(std::move(file), std::move(schema)), batches_(std::move(batches)) {}

 protected:
  arrow::Result<std::shared_ptr<arrow::RecordBatch>> read() override {
    ARROW_ASSIGN_OR_RAISE(auto batch, batches_.next());
    if (batch == nullptr) return nullptr;
    return to_canonical(*batch, schema());
  }

 private:
  FlatParquetReader batches_;
};

/// The bounds of a column chunk in the engine's type; of no value when there are none.
arrow::Result<std::shared_ptr<arrow::Array>> bounds_of(
    const parquet::Statistics &statistics, const std::shared_ptr<arrow::DataType> &type) {
  if (!statistics.HasMinMax()) return arrow::MakeEmptyArray(type);
  std::shared_ptr<arrow::Scalar> smallest, largest;
  ARROW_RETURN_NOT_OK(parquet::arrow::StatisticsAsScalars(statistics, &smallest, &largest));
  ARROW_ASSIGN_OR_RAISE(auto first, arrow::MakeArrayFromScalar(*smallest, 1));
  ARROW_ASSIGN_OR_RAISE(auto second, arrow::MakeArrayFromScalar(*largest, 1));
  ARROW_ASSIGN_OR_RAISE(auto both, arrow::Concatenate({first, second}));
  return to_canonical(both, type);
}

/// The whole numbers between the bounds of a column chunk, both counted; nothing for other types.
struct WholeNumbers {
  int64_t smallest = std::numeric_limits<int64_t>::max();
  int64_t largest = std::numeric_limits<int64_t>::min();

  template <typename Statistics>
  void include(const Statistics &statistics) {
    smallest = std::min<int64_t>(smallest, statistics.min());
    largest = std::max<int64_t>(largest, statistics.max());
  }

  /// Whether the chunk has bounds, which then are included.
  bool include(const parquet::ColumnChunkMetaData &chunk) {
    const auto type = chunk.type();
    if (type != parquet::Type::INT32 && type != parquet::Type::INT64) return false;
    try {
      const auto statistics = chunk.is_stats_set() ? chunk.statistics() : nullptr;
      if (statistics == nullptr || !statistics->HasMinMax()) return false;
      if (type == parquet::Type::INT32) {
        include(static_cast<const parquet::Int32Statistics &>(*statistics));
      } else {
        include(static_cast<const parquet::Int64Statistics &>(*statistics));
      }
      return true;
    } catch (const parquet::ParquetException &) {
      // Bounds that cannot be read are as good as none.
      return false;
    }
  }

  std::optional<int64_t> count() const {
    int64_t width;
    if (smallest > largest || __builtin_sub_overflow(largest, smallest, &width) ||
        width > std::numeric_limits<int64_t>::max() - 2)
      return std::nullopt;
    return width + 2;  // null is a value, too
  }
};

/// About how many different values a column has, null among them: the whole numbers between its bounds or
/// the entries of its dictionaries, whatever is less.
std::optional<int64_t> distinct_count(const parquet::FileMetaData &metadata, int column) {
  // The text of an entry of a compressed dictionary, or its number, seldom takes less.
  constexpr int64_t kEntryBytes = 4;
  WholeNumbers numbers;
  bool has_bounds = true, has_dictionaries = true;
  int64_t entries = 1;
  for (int group = 0; group < metadata.num_row_groups() && (has_bounds || has_dictionaries);
       ++group) {
    const auto chunk = metadata.RowGroup(group)->ColumnChunk(column);
    has_bounds = has_bounds && numbers.include(*chunk);
    const auto bytes = dictionary_bytes(*chunk);
    has_dictionaries =
        has_dictionaries && bytes && !__builtin_add_overflow(entries, *bytes / kEntryBytes + 1, &entries);
  }
  const auto between = has_bounds ? numbers.count() : std::nullopt;
  if (has_dictionaries) return between ? std::min(*between, entries) : entries;
  return between;
}

}  // namespace

}  // namespace roost

extern "C" roost_status roost_parquet_open(const char *location, roost_parquet_file **file) {
  return roost::guarded([&]() -> arrow::Status {
    ARROW_ASSIGN_OR_RAISE(const auto resolved, roost::resolve(location));
    return roost::catching_parquet(resolved.is_local, [&]() -> arrow::Status {
      ARROW_ASSIGN_OR_RAISE(auto reader, roost::open(resolved));
      *file = new roost_parquet_file{std::move(reader), resolved.is_local};
      return arrow::Status::OK();
    });
  });
}

extern "C" roost_status roost_parquet_schema(
    const roost_parquet_file *file, const roost_names *names, ArrowSchema *schema) {
  return roost::guarded([&]() -> arrow::Status {
    return roost::catching_parquet(file->is_local, [&]() -> arrow::Status {
      std::shared_ptr<arrow::Schema> found;
      ARROW_RETURN_NOT_OK(file->reader->GetSchema(&found));
      ARROW_ASSIGN_OR_RAISE(const auto canonical, roost::canonical_schema(*found, names));
      return arrow::ExportSchema(*canonical, schema);
    });
  });
}

extern "C" int64_t roost_parquet_row_group_count(const roost_parquet_file *file) {
  return file->reader->num_row_groups();
}

extern "C" roost_status roost_parquet_row_group(
    const roost_parquet_file *file, int64_t index, roost_row_group *row_group) {
  return roost::guarded([&]() -> arrow::Status {
    return roost::catching_parquet(file->is_local, [&]() -> arrow::Status {
      const auto metadata =
          file->reader->parquet_reader()->metadata()->RowGroup(static_cast<int>(index));
      row_group->row_count = metadata->num_rows();
      row_group->byte_count = 0;
      for (int column = 0; column < metadata->num_columns(); ++column)
        row_group->byte_count += metadata->ColumnChunk(column)->total_compressed_size();
      return arrow::Status::OK();
    });
  });
}

extern "C" roost_status roost_parquet_statistics(
    const roost_parquet_file *file, int64_t row_group, ArrowSchema *type, const char *column,
    ArrowArray *bounds, int64_t *null_count) {
  return roost::guarded([&]() -> arrow::Status {
    return roost::catching_parquet(file->is_local, [&]() -> arrow::Status {
      ARROW_ASSIGN_OR_RAISE(const auto column_type, arrow::ImportType(type));
      ARROW_ASSIGN_OR_RAISE(const auto *field, roost::find_field(*file->reader, column));
      *null_count = -1;
      ARROW_ASSIGN_OR_RAISE(auto none, arrow::MakeEmptyArray(column_type));
      if (!field->is_leaf()) return arrow::ExportArray(*none, bounds);
      const auto metadata =
          file->reader->parquet_reader()->metadata()->RowGroup(static_cast<int>(row_group));
      const auto chunk = metadata->ColumnChunk(field->column_index);
      if (!chunk->is_stats_set()) return arrow::ExportArray(*none, bounds);
      const auto statistics = chunk->statistics();
      if (statistics->HasNullCount()) *null_count = statistics->null_count();
      // Bounds that cannot be read are as good as none.
      auto found = roost::bounds_of(*statistics, column_type);
      return arrow::ExportArray(found.ok() ? **found : *none, bounds);
    });
  });
}

extern "C" roost_status roost_parquet_distinct_counts(
    const roost_parquet_file *file, const roost_names *names, int64_t *counts) {
  return roost::guarded([&]() -> arrow::Status {
    return roost::catching_parquet(file->is_local, [&]() -> arrow::Status {
      for (int64_t index = 0; index < names->count; ++index) {
        ARROW_ASSIGN_OR_RAISE(
            const auto *field, roost::find_field(*file->reader, names->names[index]));
        counts[index] = -1;
        if (!field->is_leaf()) continue;
        const auto found = roost::distinct_count(
            *file->reader->parquet_reader()->metadata(), field->column_index);
        counts[index] = found.value_or(-1);
      }
      return arrow::Status::OK();
    });
  });
}

extern "C" roost_status roost_parquet_read(
    const roost_parquet_file *file, ArrowSchema *schema, const int32_t *row_groups,
    int64_t row_group_count, roost_reader **reader) {
  return roost::guarded([&]() -> arrow::Status {
    return roost::catching_parquet(file->is_local, [&]() -> arrow::Status {
      ARROW_ASSIGN_OR_RAISE(auto wanted, arrow::ImportSchema(schema));
      std::vector<const roost::SchemaField *> columns;
      std::vector<int> leaves;
      // An object store wants its requests made together, ahead of the reader.
      bool are_flat = file->is_local;
      for (const auto &column : wanted->fields()) {
        ARROW_ASSIGN_OR_RAISE(const auto *field, roost::find_field(*file->reader, column->name()));
        columns.push_back(field);
        roost::collect_leaves(*field, leaves);
        are_flat = are_flat && roost::is_flat(*file->reader, *field, *column->type());
      }
      const std::vector<int> groups(row_groups, row_groups + row_group_count);
      for (const int group : groups)
        if (group < 0 || group >= file->reader->num_row_groups())
          return arrow::Status::Invalid("the file has no row group ", group);
      if (are_flat) {
        roost::FlatParquetReader batches(file->reader, std::move(columns), groups);
        *reader = new roost_reader{std::make_unique<roost::FlatBatchReader>(
            *file, std::move(wanted), std::move(batches))};
        return arrow::Status::OK();
      }
      ARROW_ASSIGN_OR_RAISE(auto batches, file->reader->GetRecordBatchReader(groups, leaves));
      *reader = new roost_reader{std::make_unique<roost::AssembledBatchReader>(
          *file, std::move(wanted), std::move(batches))};
      return arrow::Status::OK();
    });
  });
}

extern "C" void roost_parquet_close(roost_parquet_file *file) { delete file; }
