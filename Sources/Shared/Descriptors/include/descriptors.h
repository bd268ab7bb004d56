#pragma once
// Open files that one process hands to another over a Unix socket: Swift cannot see the macros that this takes.
#include <stddef.h>
#include <sys/types.h>

/// Receives one datagram of at most `size` bytes with at most `limit` descriptors, which no child inherits. Returns the
/// number of bytes, 0 when the other side is gone, -1 with errno; `count` is how many descriptors there are, all of which the
/// caller has to close. More than `limit` are closed.
ssize_t roost_receive_descriptors(
    int socket, void *bytes, size_t size, int *descriptors, int limit, int *count);
