#pragma once
// How this process takes memory from the system.
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Makes malloc keep what is freed: up to half a gigabyte an arena, blocks of up to 32 MiB.
///
/// Columns are some megabytes, made and freed by the dozen. By its defaults malloc gives such blocks back to the system
/// at once and takes them again page by page: a tenth of the time of a grouping (`ols-10m` of the benchmarks). To be
/// called before anything large is allocated; a malloc that does not know the settings goes on as it did.
void roost_keep_freed_memory(void);

/// Gives all that is free back to the system, for when there is nothing to do or no memory left.
void roost_give_back_freed_memory(void);

/// Bytes of this process that are in memory now, in use or kept; 0 when the system does not tell.
int64_t roost_resident_memory(void);

#ifdef __cplusplus
}
#endif
