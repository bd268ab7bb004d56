#pragma once
// How every function of this bridge reports: no C++ exception crosses into Swift.
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// What went wrong, as Arrow classifies it.
enum roost_code {
  ROOST_OK = 0,
  ROOST_INVALID = 1,
  ROOST_IO_ERROR = 2,
  ROOST_NOT_FOUND = 3,
  ROOST_OUT_OF_MEMORY = 4,
  ROOST_NOT_IMPLEMENTED = 5,
  ROOST_UNKNOWN = 6,
  ROOST_PERMISSION = 7,
  ROOST_ALREADY_EXISTS = 8,
};

/// `message` is null when `code` is ROOST_OK; else the caller frees it with roost_free.
struct roost_status {
  enum roost_code code;
  char *message;
  /// Of a text file, counted from 1; 0 when there is none.
  int64_t line;
  /// Null when there is none; else the caller frees it with roost_free.
  char *column;
};

void roost_free(void *pointer);

/// Loads Arrow, registers its compute functions and takes its threads down to what this engine uses.
/// Must have returned ROOST_OK once before any other function that reports a status is called; safe to
/// call from any thread, any number of times.
struct roost_status roost_initialize(void);

#ifdef __cplusplus
}
#endif
