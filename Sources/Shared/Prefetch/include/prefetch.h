#ifndef ROOST_PREFETCH_H
#define ROOST_PREFETCH_H

/// Asks for the cache line of an address that is read and written soon. Never faults, whatever the address.
///
/// Swift has no name for this instruction. A loop over random groups that asks for the groups of later rows
/// waits for memory once for many rows rather than once a row.
static inline __attribute__((always_inline)) void roost_prefetch(const void *address) {
  __builtin_prefetch(address, 1, 3);
}

#endif
