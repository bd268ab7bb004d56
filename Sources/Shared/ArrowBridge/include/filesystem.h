#pragma once
// Files and folders by location: a local path, or a URI of a file system that Arrow knows (file,
// s3, gs, abfs). Options of a remote file system stand in the URI's query, as Arrow defines them.
//
// All functions may be called from any thread and block until the file system answers.
#include <stdbool.h>
#include <stdint.h>

#include "status.h"

#ifdef __cplusplus
extern "C" {
#endif

enum roost_file_kind {
  ROOST_FILE_ABSENT = 0,
  ROOST_FILE_REGULAR = 1,
  ROOST_FILE_DIRECTORY = 2,
  /// A socket, a device.
  ROOST_FILE_OTHER = 3,
};

struct roost_file_information {
  enum roost_file_kind kind;
  /// Bytes; 0 for what is not a regular file.
  int64_t size;
  /// Nanoseconds since 1970; 0 where the file system does not tell.
  int64_t modified;
};

struct roost_status roost_inspect_file(
    const char *location, struct roost_file_information *information);

/// `name` is the last part of the entry's path and valid during the call only.
typedef void (*roost_entry_visitor)(
    void *context, const char *name, struct roost_file_information information);

/// Calls `visit` for each entry of a folder, in no order, without descending.
struct roost_status roost_list_directory(
    const char *location, roost_entry_visitor visit, void *context);

/// Makes the folder and those above it; no error when it exists.
struct roost_status roost_create_directory(const char *location);
/// Deletes the folder with all in it.
struct roost_status roost_delete_directory(const char *location);
struct roost_status roost_delete_file(const char *location);
/// Both locations must be of one file system. A regular file at `destination` is replaced.
struct roost_status roost_move_file(const char *source, const char *destination);

/// Replaces the file's content; it is on disk when this returns (local files only).
struct roost_status roost_write_file(const char *location, const void *bytes, int64_t count);
/// The caller frees `bytes` with roost_free.
struct roost_status roost_read_file(const char *location, void **bytes, int64_t *count);

/// A file that is written in pieces.
struct roost_output;

/// Creates the file, or replaces it; a local one's folder must exist.
struct roost_status roost_output_open(const char *location, struct roost_output **output);
struct roost_status roost_output_write(
    struct roost_output *output, const void *bytes, int64_t count);
/// Ends the file, once. It is not synchronized.
struct roost_status roost_output_finish(struct roost_output *output);
/// Frees the output. Without a finish before, an upload is given up and a local file stays incomplete.
void roost_output_close(struct roost_output *output);

/// Waits until a local file or folder is on disk; does nothing for a remote one.
struct roost_status roost_synchronize_file(const char *location);
/// The same for many, at the same time; all are tried. `failed` is the index of one that failed.
struct roost_status roost_synchronize_files(
    const char *const *locations, int64_t count, int64_t *failed);

#ifdef __cplusplus
}
#endif
