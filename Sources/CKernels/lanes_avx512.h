// Vectors of AVX-512 VNNI: 32 registers of 16 lanes. Include only inside `#if defined(__x86_64__)`.
#pragma once
#include "avx512.h"
#define LANES 16
/// Weights enter dot products as unsigned bytes: w + 128 in panels.
#define WEIGHT_OFFSET 128
#include "unpacking_scales.h"

KERNEL_INLINE Bytes look_up(Bytes table, Bytes places) { return (Bytes)_mm512_shuffle_epi8((__m512i)table, (__m512i)places); }

/// The numbers of `groups` of 16 or 32 weights, spread over the lanes of vector `vector` of quads.
KERNEL_INLINE Floats spread(Eight groups, int group, int vector) {
    const Words lanes = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    Words places = (lanes + vector * LANES) >> (group == BLOCK ? 3 : 2);
    return (Floats)_mm512_permutexvar_ps((__m512i)places, _mm512_castps256_ps512((__m256)groups));
}

/// sums + dot products of quads of unsigned weights and signed activations.
KERNEL_INLINE Words dot_quads(Words sums, Words w, Words x) { return (Words)_mm512_dpbusd_epi32((__m512i)sums, (__m512i)w, (__m512i)x); }
