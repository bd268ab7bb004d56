#pragma once
// Reading and writing of file formats, batch by batch.
//
// A reader or writer is used by one thread at a time; different ones are independent. Locations are
// as in filesystem.h. All columns have the engine's types (one layout each): what files hold is
// converted. A function that takes an ArrowSchema or ArrowArray moves from it.
#include <stdbool.h>
#include <stdint.h>

#include "arrow_c_data.h"
#include "status.h"

#ifdef __cplusplus
extern "C" {
#endif

// Reading, of whatever format.

typedef struct roost_reader roost_reader;

/// The next batch as a struct of the wanted columns; `*done` and no batch at the end.
struct roost_status roost_reader_next(roost_reader *reader, struct ArrowArray *batch, bool *done);
/// Quote characters passed so far by a reader of CSV.
int64_t roost_reader_quote_count(const roost_reader *reader);
void roost_reader_close(roost_reader *reader);

/// Column names; a null pointer to this stands for all columns.
struct roost_names {
  const char *const *names;
  int64_t count;
};

// Parquet.

typedef struct roost_parquet_file roost_parquet_file;

struct roost_row_group {
  int64_t row_count;
  /// Compressed bytes.
  int64_t byte_count;
};

/// Reads the footer.
struct roost_status roost_parquet_open(const char *location, roost_parquet_file **file);
/// The file's columns of these names; columns of others may have types that have no equal here.
struct roost_status roost_parquet_schema(
    const roost_parquet_file *file, const struct roost_names *names, struct ArrowSchema *schema);
int64_t roost_parquet_row_group_count(const roost_parquet_file *file);
struct roost_status roost_parquet_row_group(
    const roost_parquet_file *file, int64_t index, struct roost_row_group *row_group);
/// The smallest and the largest value of a column in a row group as an array of two, of no value
/// when the file does not tell. `type` is the column's, as in the wanted schema. `null_count` is -1
/// when unknown.
struct roost_status roost_parquet_statistics(
    const roost_parquet_file *file, int64_t row_group, struct ArrowSchema *type, const char *column,
    struct ArrowArray *bounds, int64_t *null_count);
/// About how many different values each of the columns has, from the footer alone: -1 where it does
/// not tell. `counts` has room for as many as there are names.
struct roost_status roost_parquet_distinct_counts(
    const roost_parquet_file *file, const struct roost_names *names, int64_t *counts);
/// Reads the columns of `schema` (found by name) in the row groups, in their order.
struct roost_status roost_parquet_read(
    const roost_parquet_file *file, struct ArrowSchema *schema, const int32_t *row_groups,
    int64_t row_group_count, roost_reader **reader);
void roost_parquet_close(roost_parquet_file *file);

// Arrow IPC files.

/// `schema` as of roost_parquet_schema.
struct roost_status roost_arrow_file_inspect(
    const char *location, const struct roost_names *names, struct ArrowSchema *schema,
    int64_t *batch_count);
/// Reads the columns of `schema` (found by name) in the record batches first..<end. Each batch is
/// validated in full before it is handed out.
struct roost_status roost_arrow_file_read(
    const char *location, struct ArrowSchema *schema, int64_t first, int64_t end,
    roost_reader **reader);

// Text: CSV and JSON lines. Bytes first..<end of a file stand for the lines that start after the
// first newline past `first` (or at 0, when first is 0) up to the one that ends past `end`.

struct roost_text_options {
  bool header;
  bool has_escape;
  bool multi_line;
  char delimiter;
  char quote;
  char escape;
  const char *const *null_values;
  int64_t null_value_count;
};

/// `file_schema` has all columns that matter, `columns` the indices of those that are read. With a
/// header the columns are found by name, else by position.
struct roost_status roost_csv_read(
    const char *location, const struct roost_text_options *options, struct ArrowSchema *file_schema,
    const int32_t *columns, int64_t column_count, int64_t first, int64_t end,
    roost_reader **reader);
/// Tells the schema by the first `byte_count` bytes of a file. `row_count` is how many rows it saw.
struct roost_status roost_csv_infer(
    const char *location, const struct roost_text_options *options, int64_t byte_count,
    struct ArrowSchema *schema, int64_t *row_count);

/// Fields are found by name: what an object lacks is null, what no column asks for is skipped.
struct roost_status roost_json_read(
    const char *location, struct ArrowSchema *schema, int64_t first, int64_t end,
    roost_reader **reader);
struct roost_status roost_json_infer(
    const char *location, int64_t byte_count, struct ArrowSchema *schema, int64_t *row_count);

// Writing.

typedef struct roost_writer roost_writer;

enum roost_format {
  ROOST_FORMAT_PARQUET = 0,
  ROOST_FORMAT_ARROW = 1,
  ROOST_FORMAT_CSV = 2,
  ROOST_FORMAT_JSON = 3,
};

struct roost_write_options {
  /// `none`, `snappy`, `gzip`, `lz4`, `zstd`; null takes the format's default.
  const char *compression;
  /// CSV: whether the names are the first line.
  bool header;
};

struct roost_status roost_writer_open(
    const char *location, enum roost_format format, struct ArrowSchema *schema,
    const struct roost_write_options *options, roost_writer **writer);
struct roost_status roost_writer_write(roost_writer *writer, struct ArrowArray *batch);
/// Ends the file; a local one is on disk afterwards.
struct roost_status roost_writer_finish(roost_writer *writer, int64_t *byte_count);
/// Frees the writer; without a finish before, what it wrote is not a complete file.
void roost_writer_close(roost_writer *writer);

#ifdef __cplusplus
}
#endif
