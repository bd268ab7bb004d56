#include "allocation.h"

#include <arrow/memory_pool.h>
#include <malloc.h>

extern "C" void roost_keep_freed_memory(void) {
  mallopt(M_MMAP_THRESHOLD, 32 << 20);
  mallopt(M_TRIM_THRESHOLD, 512 << 20);
  mallopt(M_TOP_PAD, 64 << 20);
}

extern "C" void roost_give_back_freed_memory(void) {
  arrow::default_memory_pool()->ReleaseUnused();
  malloc_trim(0);
}
