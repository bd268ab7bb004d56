// The functions of the C face that need Arrow: each calls the one of its name in a library of their own (ArrowLibrary),
// which is loaded when the first of them is.
//
// To load Arrow costs a process 8 ms (its 100,000 relocations and their pages): half of what a command of the command line
// takes that only talks to the driver (`tiny-job` of the benchmarks).
#include "allocation.h"
#include "compute.h"
#include "files.h"
#include "filesystem.h"
#include "ipc.h"
#include "status.h"

#include <dlfcn.h>
#include <malloc.h>

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <string>

namespace {

/// A function of the library. All are there from the start of the process, and have their addresses once it is loaded.
struct Function {
  explicit Function(const char *name) : name(name), next(first) { first = this; }

  const char *const name;
  std::atomic<void *> address{nullptr};
  Function *const next;

  static inline Function *first = nullptr;
};

Function initialize("roost_initialize");
Function release_unused_memory("roost_release_unused_memory");

/// Why the library cannot be used; null when it can. It is never unloaded.
const char *load() {
  void *library = dlopen("libroost_arrow.so", RTLD_LAZY | RTLD_LOCAL);
  bool is_whole = library != nullptr;
  for (Function *function = Function::first; is_whole && function; function = function->next) {
    function->address = dlsym(library, function->name);
    is_whole = function->address != nullptr;
  }
  if (is_whole) return nullptr;
  const std::string text = std::string("Arrow cannot be loaded: ") + dlerror() +
                           "; libroost_arrow.so belongs beside the program or in ../lib/roost";
  return strdup(text.c_str());
}

}  // namespace

roost_status roost_initialize(void) {
  static const char *const failure = load();
  if (failure) return {ROOST_UNKNOWN, strdup(failure), 0, nullptr};
  return reinterpret_cast<roost_status (*)()>(initialize.address.load())();
}

void roost_free(void *pointer) { free(pointer); }

void roost_give_back_freed_memory(void) {
  if (void *release = release_unused_memory.address) reinterpret_cast<void (*)()>(release)();
  malloc_trim(0);
}

// Nobody calls these before roost_initialize has returned ROOST_OK.
#define FORWARD(result, name, parameters, arguments)                                         \
  static Function function_##name(#name);                                                    \
  result name parameters {                                                                   \
    return reinterpret_cast<decltype(&name)>(                                                \
        function_##name.address.load(std::memory_order_relaxed)) arguments;                  \
  }

// filesystem.h

FORWARD(
    roost_status, roost_inspect_file,
    (const char *location, roost_file_information *information),
    (location, information))
FORWARD(
    roost_status, roost_list_directory,
    (const char *location, roost_entry_visitor visit, void *context),
    (location, visit, context))
FORWARD(roost_status, roost_create_directory, (const char *location), (location))
FORWARD(roost_status, roost_delete_directory, (const char *location), (location))
FORWARD(roost_status, roost_delete_file, (const char *location), (location))
FORWARD(
    roost_status, roost_move_file,
    (const char *source, const char *destination),
    (source, destination))
FORWARD(
    roost_status, roost_write_file,
    (const char *location, const void *bytes, int64_t count),
    (location, bytes, count))
FORWARD(
    roost_status, roost_read_file,
    (const char *location, void **bytes, int64_t *count),
    (location, bytes, count))
FORWARD(
    roost_status, roost_output_open,
    (const char *location, roost_output **output),
    (location, output))
FORWARD(
    roost_status, roost_output_write,
    (roost_output *output, const void *bytes, int64_t count),
    (output, bytes, count))
FORWARD(roost_status, roost_output_finish, (roost_output *output), (output))
FORWARD(void, roost_output_close, (roost_output *output), (output))
FORWARD(roost_status, roost_synchronize_file, (const char *location), (location))
FORWARD(
    roost_status, roost_synchronize_files,
    (const char *const *locations, int64_t count, int64_t *failed),
    (locations, count, failed))

// files.h

FORWARD(
    roost_status, roost_reader_next,
    (roost_reader *reader, ArrowArray *batch, bool *done),
    (reader, batch, done))
FORWARD(int64_t, roost_reader_quote_count, (const roost_reader *reader), (reader))
FORWARD(void, roost_reader_close, (roost_reader *reader), (reader))
FORWARD(
    roost_status, roost_parquet_open,
    (const char *location, roost_parquet_file **file),
    (location, file))
FORWARD(
    roost_status, roost_parquet_schema,
    (const roost_parquet_file *file, const roost_names *names, ArrowSchema *schema),
    (file, names, schema))
FORWARD(int64_t, roost_parquet_row_group_count, (const roost_parquet_file *file), (file))
FORWARD(
    roost_status, roost_parquet_row_group,
    (const roost_parquet_file *file, int64_t index, roost_row_group *row_group),
    (file, index, row_group))
FORWARD(
    roost_status, roost_parquet_statistics,
    (const roost_parquet_file *file, int64_t row_group, ArrowSchema *type, const char *column,
     ArrowArray *bounds, int64_t *null_count),
    (file, row_group, type, column, bounds, null_count))
FORWARD(
    roost_status, roost_parquet_distinct_counts,
    (const roost_parquet_file *file, const roost_names *names, int64_t *counts),
    (file, names, counts))
FORWARD(
    roost_status, roost_parquet_read,
    (const roost_parquet_file *file, ArrowSchema *schema, const int32_t *row_groups,
     int64_t row_group_count, roost_reader **reader),
    (file, schema, row_groups, row_group_count, reader))
FORWARD(void, roost_parquet_close, (roost_parquet_file *file), (file))
FORWARD(
    roost_status, roost_arrow_file_inspect,
    (const char *location, const roost_names *names, ArrowSchema *schema, int64_t *batch_count),
    (location, names, schema, batch_count))
FORWARD(
    roost_status, roost_arrow_file_read,
    (const char *location, ArrowSchema *schema, int64_t first, int64_t end, roost_reader **reader),
    (location, schema, first, end, reader))
FORWARD(
    roost_status, roost_csv_read,
    (const char *location, const roost_text_options *options, ArrowSchema *file_schema,
     const int32_t *columns, int64_t column_count, int64_t first, int64_t end,
     roost_reader **reader),
    (location, options, file_schema, columns, column_count, first, end, reader))
FORWARD(
    roost_status, roost_csv_infer,
    (const char *location, const roost_text_options *options, int64_t byte_count,
     ArrowSchema *schema, int64_t *row_count),
    (location, options, byte_count, schema, row_count))
FORWARD(
    roost_status, roost_json_read,
    (const char *location, ArrowSchema *schema, int64_t first, int64_t end, roost_reader **reader),
    (location, schema, first, end, reader))
FORWARD(
    roost_status, roost_json_infer,
    (const char *location, int64_t byte_count, ArrowSchema *schema, int64_t *row_count),
    (location, byte_count, schema, row_count))
FORWARD(
    roost_status, roost_writer_open,
    (const char *location, roost_format format, ArrowSchema *schema,
     const roost_write_options *options, roost_writer **writer),
    (location, format, schema, options, writer))
FORWARD(
    roost_status, roost_writer_write,
    (roost_writer *writer, ArrowArray *batch),
    (writer, batch))
FORWARD(
    roost_status, roost_writer_finish,
    (roost_writer *writer, int64_t *byte_count),
    (writer, byte_count))
FORWARD(void, roost_writer_close, (roost_writer *writer), (writer))

// compute.h

FORWARD(
    roost_status, roost_call_function,
    (const char *name, const roost_datum *arguments, int64_t argument_count,
     const roost_function_options *options, ArrowSchema *result_type, ArrowArray *result),
    (name, arguments, argument_count, options, result_type, result))
FORWARD(
    roost_status, roost_concatenate,
    (ArrowArray **arrays, int64_t count, ArrowSchema *type, ArrowArray *result),
    (arrays, count, type, result))

// ipc.h

FORWARD(
    roost_status, roost_serialize,
    (ArrowSchema *schema, ArrowArray *batch, roost_ipc_compression compression,
     roost_serialized **serialized),
    (schema, batch, compression, serialized))
FORWARD(int64_t, roost_serialized_count, (const roost_serialized *serialized), (serialized))
FORWARD(
    void, roost_serialized_copy,
    (const roost_serialized *serialized, int64_t offset, int64_t count, void *target),
    (serialized, offset, count, target))
FORWARD(void, roost_serialized_close, (roost_serialized *serialized), (serialized))
FORWARD(
    roost_status, roost_memory_allocate,
    (int64_t count, roost_memory **memory),
    (count, memory))
FORWARD(void *, roost_memory_data, (roost_memory *memory), (memory))
FORWARD(void, roost_memory_close, (roost_memory *memory), (memory))
FORWARD(
    roost_status, roost_deserialize,
    (const roost_memory *memory, ArrowSchema *schema, ArrowArray *batch),
    (memory, schema, batch))
