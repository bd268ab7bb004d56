#pragma once

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Gives two existing folders of one file system each other's name in one step (Linux's renameat2 with
/// RENAME_EXCHANGE, which neither Swift's Glibc module nor Arrow offers). Returns 0, or the errno.
int32_t roost_exchange_folders(const char *one, const char *other);

#ifdef __cplusplus
}
#endif
