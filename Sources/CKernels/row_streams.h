// The order in which weight rows are read when each is read once: in several streams that lie far apart, because memory serves a
// core a third faster where it reads in a few places at once than where it reads in one.
#pragma once
#include <stddef.h>

enum { STREAMS = 4, LEAST_AHEAD = 1024 };

/// The unit that comes at `place` of `count` units: those of STREAMS runs of equal length take turns, what is left over comes last.
static inline ptrdiff_t streamed(ptrdiff_t count, ptrdiff_t place) {
    const ptrdiff_t run = count / STREAMS;
    return place < run * STREAMS ? place % STREAMS * run + place / STREAMS : place;
}

/// How far ahead of a unit of so many bytes to prefetch: the same place in the unit of the stream that comes next.
static inline size_t stream_ahead(size_t bytes) { return bytes < LEAST_AHEAD ? LEAST_AHEAD : bytes; }
