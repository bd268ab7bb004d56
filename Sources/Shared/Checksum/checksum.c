#include "checksum.h"

#include <string.h>

#if defined(__x86_64__)
#include <nmmintrin.h>
#define CRC_TARGET __attribute__((target("sse4.2")))
#define CRC_WORD(sum, word) ((uint32_t)_mm_crc32_u64((sum), (word)))
#define CRC_BYTE(sum, byte) _mm_crc32_u8((sum), (byte))
#elif defined(__aarch64__)
#include <arm_acle.h>
#define CRC_TARGET __attribute__((target("crc")))
#define CRC_WORD(sum, word) __crc32cd((sum), (word))
#define CRC_BYTE(sum, byte) __crc32cb((sum), (byte))
#else
#error "Roost runs on x86-64-v3 and aarch64"
#endif

CRC_TARGET uint32_t roost_crc32c(uint32_t sum, const uint8_t *bytes, size_t count) {
  uint32_t state = ~sum;
  for (; count >= 8; count -= 8, bytes += 8) {
    uint64_t word;
    memcpy(&word, bytes, 8);
    state = CRC_WORD(state, word);
  }
  for (; count > 0; --count, ++bytes) state = CRC_BYTE(state, *bytes);
  return ~state;
}
