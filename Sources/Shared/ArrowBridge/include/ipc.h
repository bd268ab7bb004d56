#pragma once
// Record batches as bytes, in Arrow's IPC stream format: to cross a socket or to go to disk.
#include <stdint.h>

#include "arrow_c_data.h"
#include "status.h"

#ifdef __cplusplus
extern "C" {
#endif

enum roost_ipc_compression {
  ROOST_IPC_UNCOMPRESSED = 0,
  ROOST_IPC_LZ4 = 1,
  ROOST_IPC_ZSTD = 2,
};

/// Bytes that Arrow holds; freed with roost_bytes_close.
typedef struct roost_bytes roost_bytes;

/// A whole stream: the schema, one batch, the end mark.
struct roost_status roost_serialize(
    struct ArrowSchema *schema, struct ArrowArray *batch, enum roost_ipc_compression compression,
    roost_bytes **bytes);
const void *roost_bytes_data(const roost_bytes *bytes);
int64_t roost_bytes_count(const roost_bytes *bytes);
void roost_bytes_close(roost_bytes *bytes);

/// Reads a stream of one batch from bytes that may come from anyone: all of it is validated. The
/// bytes are copied; the batch does not refer to them.
struct roost_status roost_deserialize(
    const void *data, int64_t count, struct ArrowSchema *schema, struct ArrowArray *batch);

#ifdef __cplusplus
}
#endif
