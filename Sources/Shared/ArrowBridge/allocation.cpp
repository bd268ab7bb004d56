#include "allocation.h"

#include <malloc.h>
#include <unistd.h>

#include <cstdio>

extern "C" void roost_keep_freed_memory(void) {
  mallopt(M_MMAP_THRESHOLD, 32 << 20);
  mallopt(M_TRIM_THRESHOLD, 512 << 20);
  mallopt(M_TOP_PAD, 64 << 20);
}

extern "C" int64_t roost_resident_memory(void) {
  FILE *file = std::fopen("/proc/self/statm", "re");
  if (file == nullptr) return 0;
  long long total = 0;
  long long resident = 0;
  const int count = std::fscanf(file, "%lld %lld", &total, &resident);
  std::fclose(file);
  return count == 2 ? resident * sysconf(_SC_PAGESIZE) : 0;
}
