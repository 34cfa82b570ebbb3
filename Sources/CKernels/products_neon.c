// Products for 64-bit ARM: 32 registers of 4 lanes. Dot-product instructions are used where the build may assume them (all Apple
// processors); without them bytes are multiplied to 16 bits and added up in pairs.
#if defined(__aarch64__)
#include "products_families.h"
#include <arm_neon.h>

#define LANES 4
#define KERNEL
#define KERNEL_INLINE static inline __attribute__((always_inline))
#define UNROLL _Pragma("clang loop unroll(full)")
#define TILE_ROWS 6
#define TILE_VECTORS 4
#define FEW_TILE_ROWS(n) ((n) == 1 ? 1 : (n) <= 4 ? 4 : 2)
#define GROUP_ROWS 4
#define PANEL_VECTORS 2
#define WEIGHT_OFFSET 0
#include "vectors.h"

/// Half a block: quads 0 ... 3 or 4 ... 7 of it, which in Q4_0 are the low and the high nibbles.
KERNEL_INLINE Words read_quads(WeightFormat format, const uint8_t *row, ptrdiff_t quad, ptrdiff_t quads) {
    (void)quads;
    const uint8_t *q = row + (size_t)(quad / (2 * LANES)) * block_bytes(format) + 2;
    int high = quad / LANES % 2;
    if (format == WEIGHTS_Q8_0) return load_words(q + high * 16);
    uint8x16_t bytes = vld1q_u8(q);
    uint8x16_t nibbles = high ? vshrq_n_u8(bytes, 4) : vandq_u8(bytes, vdupq_n_u8(15));
    return (Words)vsubq_s8(vreinterpretq_s8_u8(nibbles), vdupq_n_s8(8));
}

KERNEL_INLINE Words dot_quads(Words sums, Words w, Words x) {
    int8x16_t a = (int8x16_t)w, b = (int8x16_t)x;
#if defined(__ARM_FEATURE_DOTPROD)
    return (Words)vdotq_s32((int32x4_t)sums, a, b);
#else
    int16x8_t low = vmull_s8(vget_low_s8(a), vget_low_s8(b)), high = vmull_high_s8(a, b);
    return sums + (Words)vpaddq_s32(vpaddlq_s16(low), vpaddlq_s16(high));
#endif
}

#include "products_floats.h"
#include "products_block_rows.h"

const ProductKernels products_neon = {choose};
#endif
