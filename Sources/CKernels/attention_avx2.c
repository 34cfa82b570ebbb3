// Attention on vectors of eight (AVX2 with FMA).
#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define LANES 8
#define COLUMNS 2
#include "attention_tile.h"
#include "attention_single.h"
#pragma clang attribute pop
#include "attention_tables.h"

const AttentionKernels attention_avx2 = {
    .name = "avx2", .family = KERNELS_AVX2, .room_bytes = room_bytes, .query_bytes = query_bytes,
    .place = place_rows, .page = attend_page, .few = attend_few, .mass = page_mass,
};
#endif
