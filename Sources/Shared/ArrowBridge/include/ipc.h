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

/// A batch as bytes, which are gathered from the memory of its columns as they are asked for.
typedef struct roost_serialized roost_serialized;

/// A whole stream: the schema, one batch, the end mark. Keeps the columns until it is closed.
struct roost_status roost_serialize(
    struct ArrowSchema *schema, struct ArrowArray *batch, enum roost_ipc_compression compression,
    roost_serialized **serialized);
int64_t roost_serialized_count(const roost_serialized *serialized);
/// Bytes offset..<offset + count, which must lie within the stream. From any thread.
void roost_serialized_copy(
    const roost_serialized *serialized, int64_t offset, int64_t count, void *target);
void roost_serialized_close(roost_serialized *serialized);

/// Memory for the bytes of one stream, aligned as Arrow wants it. Its bytes are not initialized.
typedef struct roost_memory roost_memory;

struct roost_status roost_memory_allocate(int64_t count, roost_memory **memory);
void *roost_memory_data(roost_memory *memory);
void roost_memory_close(roost_memory *memory);

/// Reads a stream of one batch from bytes that may come from anyone: all of it is validated. The
/// batch keeps the memory and refers to it; nobody may write to it any more.
struct roost_status roost_deserialize(
    const roost_memory *memory, struct ArrowSchema *schema, struct ArrowArray *batch);

#ifdef __cplusplus
}
#endif
