// Attention on vectors of sixteen (AVX-512), products in f32.
#if defined(__x86_64__)
#include "avx512.h"
#pragma clang attribute push(KERNEL, apply_to = function)
#define LANES 16
#define COLUMNS 4
#include "attention_tile.h"
#include "attention_single.h"
#include "attention_avx512_bytes.h"
#pragma clang attribute pop
#include "attention_tables.h"

const AttentionKernels attention_avx512 = {
    .name = "avx512", .family = KERNELS_AVX512, .room_bytes = room_bytes, .query_bytes = query_bytes,
    .place = place_rows, .page = attend_page, .few = attend_few_bytes, .mass = page_mass,
};
#endif
