// Attention in plain vectors of four: what every processor runs. On ARM it has been compiled, not run: untested there.
#if defined(__aarch64__)
#define COLUMNS 4
#else
#define COLUMNS 1
#endif
#define LANES 4
#include "attention_tile.h"
#include "attention_single.h"
#include "attention_tables.h"

const AttentionKernels attention_portable = {
    .name = "portable", .family = KERNELS_PORTABLE, .room_bytes = room_bytes, .query_bytes = query_bytes,
    .place = place_rows, .page = attend_page, .few = attend_few, .mass = page_mass,
};
