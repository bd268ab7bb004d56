#pragma once
// Calls of Arrow's compute functions by name.
//
// Timestamps cross here without their time zone (format "tsu:"): the engine's timestamps are UTC, and
// Arrow's kernels on zoned timestamps would look for a time zone database on the host.
#include <stdint.h>

#include "arrow_c_data.h"
#include "status.h"

#ifdef __cplusplus
extern "C" {
#endif

enum roost_datum_kind {
  /// An array.
  ROOST_DATUM_COLUMN = 0,
  /// An array of one value that stands for every row.
  ROOST_DATUM_SCALAR = 1,
  /// A struct array whose children are the columns of a record batch.
  ROOST_DATUM_BATCH = 2,
};

/// An argument. Both structures are moved from; where a call fails early, what was not moved keeps its
/// release callback and belongs to the caller.
struct roost_datum {
  enum roost_datum_kind kind;
  struct ArrowArray *array;
  struct ArrowSchema *schema;
};

/// Bytes that need not end with a zero.
struct roost_text {
  const char *bytes;
  int64_t count;
};

/// Which of the fields below count.
enum roost_options_kind {
  /// The function's own defaults.
  ROOST_OPTIONS_NONE = 0,
  /// A cast to the result's type that fails when a value does not fit.
  ROOST_OPTIONS_CAST = 1,
  /// A cast between numbers that rounds where the target holds fewer digits.
  ROOST_OPTIONS_ROUNDING_CAST = 2,
  /// `text` is the pattern, `flag` ignores case.
  ROOST_OPTIONS_MATCH = 3,
  /// `text` is the pattern, `second_text` the replacement, `number` how often at most or -1.
  ROOST_OPTIONS_REPLACE = 4,
  /// `text` is the pattern.
  ROOST_OPTIONS_SPLIT = 5,
  /// `text` holds the characters to cut.
  ROOST_OPTIONS_TRIM = 6,
  /// `flag` skips nulls, else a null makes the result null.
  ROOST_OPTIONS_JOIN = 7,
  /// `values` is what is looked up, with SQL's meaning of null.
  ROOST_OPTIONS_LOOKUP = 8,
  /// `number` is the CalendarUnit (nanosecond 0 ... year 10); weeks start on Monday.
  ROOST_OPTIONS_CALENDAR_UNIT = 9,
  /// `number` is the ISO number of the day that weeks start with; `flag` counts from zero.
  ROOST_OPTIONS_DAY_OF_WEEK = 10,
};

struct roost_function_options {
  enum roost_options_kind kind;
  int64_t number;
  int32_t flag;
  struct roost_text text;
  struct roost_text second_text;
  struct roost_datum values;
};

/// Calls the compute function `name` on one thread.
///
/// `result_type` (moved from) is the type that the caller expects; a result of another one is cast to it.
/// It is a struct when the result is a record batch. `result` is filled when the status is ROOST_OK: an
/// array of one value when all arguments are scalars.
struct roost_status roost_call_function(
    const char *name, const struct roost_datum *arguments, int64_t argument_count,
    const struct roost_function_options *options, struct ArrowSchema *result_type,
    struct ArrowArray *result);

/// The rows of `arrays` (moved from), one array after the other. All have the type `type` (moved from).
struct roost_status roost_concatenate(
    struct ArrowArray **arrays, int64_t count, struct ArrowSchema *type, struct ArrowArray *result);

#ifdef __cplusplus
}
#endif
