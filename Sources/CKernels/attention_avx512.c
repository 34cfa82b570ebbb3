// Attention on vectors of sixteen (AVX-512), products in f32.
#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2,fma,avx512f,avx512bw,avx512vl,avx512dq"))), apply_to = function)
#define LANES 16
#define COLUMNS 4
#include "attention_tile.h"
#pragma clang attribute pop
#include "attention_tables.h"

const AttentionKernels attention_avx512 = {
    .name = "avx512", .family = KERNELS_AVX512, .room_bytes = room_bytes, .query_bytes = query_bytes,
    .place = place_rows, .page = attend_page, .single = attend_single, .mass = page_mass,
};
#endif
