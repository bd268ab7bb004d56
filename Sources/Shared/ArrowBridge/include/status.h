#pragma once
// How every function of this bridge reports: no C++ exception crosses into Swift.
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
};

/// `message` is null when `code` is ROOST_OK; else the caller frees it with roost_free.
struct roost_status {
  enum roost_code code;
  char *message;
};

void roost_free(void *pointer);

#ifdef __cplusplus
}
#endif
