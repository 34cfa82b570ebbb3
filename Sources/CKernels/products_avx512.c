// Products for processors with AVX-512 VNNI: 32 registers of 16 lanes.
#if defined(__x86_64__)
#include "products_avx512.h"
#include "products_families.h"

#define TILE_ROWS 12
#define TILE_VECTORS 2
#define FEW_TILE_ROWS(n) ((n) == 1 ? 1 : (n) <= 4 ? 4 : 2)
#define GROUP_ROWS 6
#define PANEL_VECTORS 2
#define WEIGHT_OFFSET 128

/// The block that begins with quad `quad`, and the next if there is one.
KERNEL_INLINE Words read_quads(WeightFormat format, const uint8_t *row, ptrdiff_t quad, ptrdiff_t quads) {
    const uint8_t *block = row + (size_t)(quad / 8) * block_bytes(format);
    __m256i first = signed_block(format, block);
    __m256i second = quad + 8 < quads ? signed_block(format, block + block_bytes(format)) : _mm256_setzero_si256();
    return (Words)_mm512_inserti64x4(_mm512_castsi256_si512(first), second, 1);
}

KERNEL_INLINE Words dot_quads(Words sums, Words w, Words x) { return (Words)_mm512_dpbusd_epi32((__m512i)sums, (__m512i)w, (__m512i)x); }

#include "products_blocks.h"
#include "products_floats.h"

static ProductKernel choose(WeightFormat format, ptrdiff_t n) {
    if (format != WEIGHTS_Q8_0 && format != WEIGHTS_Q4_0) return choose_floats(format, n);
    return n > FEW_ROWS ? many_blocks_kernel : choose_avx512_rows(format, n);
}

const ProductKernels products_avx512 = {choose};
#endif
