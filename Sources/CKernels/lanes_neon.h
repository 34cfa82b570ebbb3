// Vectors of 64-bit ARM: 32 registers of 4 lanes. Dot-product instructions are used where the build may assume them (all Apple
// processors); without them bytes are multiplied to 16 bits and added up in pairs.
#pragma once
#include <arm_neon.h>
#define LANES 4
#define KERNEL
#define KERNEL_INLINE static inline __attribute__((always_inline))
#define UNROLL _Pragma("clang loop unroll(full)")
/// Weights enter dot products as signed bytes.
#define WEIGHT_OFFSET 0
#include "unpacking_scales.h"

KERNEL_INLINE Bytes look_up(Bytes table, Bytes places) {
    uint8x16_t t, x[4];
    memcpy(&t, &table, sizeof t);
    memcpy(x, &places, sizeof x);
    UNROLL for (int i = 0; i < 4; i++) x[i] = vqtbl1q_u8(t, x[i]);
    Bytes found;
    memcpy(&found, x, sizeof x);
    return found;
}

/// The number, among those of `groups` of 16 or 32 weights, of the 16 weights in vector `vector` of quads; in every lane.
KERNEL_INLINE Floats spread(Eight groups, int group, int vector) { return (Floats){0} + groups[vector * 4 * LANES / group]; }

/// sums + dot products of quads of signed weights and activations.
KERNEL_INLINE Words dot_quads(Words sums, Words w, Words x) {
    int8x16_t a = (int8x16_t)w, b = (int8x16_t)x;
#if defined(__ARM_FEATURE_DOTPROD)
    return (Words)vdotq_s32((int32x4_t)sums, a, b);
#else
    int16x8_t low = vmull_s8(vget_low_s8(a), vget_low_s8(b)), high = vmull_high_s8(a, b);
    return sums + (Words)vpaddq_s32(vpaddlq_s16(low), vpaddlq_s16(high));
#endif
}
