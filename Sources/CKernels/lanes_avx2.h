// Vectors of AVX2, FMA and F16C: 16 registers of 8 lanes. Include only inside `#if defined(__x86_64__)`.
#pragma once
#include <immintrin.h>
#define LANES 8
#define KERNEL __attribute__((target("avx2,fma,f16c")))
#define KERNEL_INLINE static inline __attribute__((always_inline)) KERNEL
#define UNROLL _Pragma("clang loop unroll(full)")
/// Weights enter dot products as signed bytes.
#define WEIGHT_OFFSET 0
#include "unpacking_scales.h"

KERNEL_INLINE Bytes look_up(Bytes table, Bytes places) {
    __m256i t, x[2];
    memcpy(&t, &table, sizeof t);
    memcpy(x, &places, sizeof x);
    x[0] = _mm256_shuffle_epi8(t, x[0]);
    x[1] = _mm256_shuffle_epi8(t, x[1]);
    Bytes found;
    memcpy(&found, x, sizeof x);
    return found;
}

/// The numbers of `groups` of 16 or 32 weights, spread over the lanes of vector `vector` of quads.
KERNEL_INLINE Floats spread(Eight groups, int group, int vector) {
    const Words lanes = {0, 1, 2, 3, 4, 5, 6, 7};
    Words places = (lanes + vector * LANES) >> (group == BLOCK ? 3 : 2);
    return (Floats)_mm256_permutevar8x32_ps((__m256)groups, (__m256i)places);
}

/// sums + dot products of quads of signed weights and activations: |w| * sign(x, w), since the instruction multiplies unsigned by
/// signed bytes; 128 * 127 * 2 fits its 16-bit sums.
KERNEL_INLINE Words dot_quads(Words sums, Words w, Words x) {
    __m256i pairs = _mm256_maddubs_epi16(_mm256_abs_epi8((__m256i)w), _mm256_sign_epi8((__m256i)x, (__m256i)w));
    return sums + (Words)_mm256_madd_epi16(pairs, _mm256_set1_epi16(1));
}
