#include "status.h"

#include <cstdlib>

extern "C" void roost_free(void *pointer) { free(pointer); }
