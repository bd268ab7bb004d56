#include "exchange.h"

#include <cerrno>
#include <cstdio>
#include <fcntl.h>

int32_t roost_exchange_folders(const char *one, const char *other) {
  return renameat2(AT_FDCWD, one, AT_FDCWD, other, RENAME_EXCHANGE) == 0 ? 0 : errno;
}
