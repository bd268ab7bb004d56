#ifndef ROOST_CHECKSUM_H
#define ROOST_CHECKSUM_H

#include <stddef.h>
#include <stdint.h>

/// The CRC-32C (Castagnoli; RFC 3720) of `count` bytes that follow those whose CRC-32C is `sum`; of none it is 0.
///
/// By the processor's own instruction, which is why it is this CRC: all that crosses a socket is summed up on both sides,
/// and zlib's CRC-32 halves the rate of a shuffle.
uint32_t roost_crc32c(uint32_t sum, const uint8_t *bytes, size_t count);

#endif
