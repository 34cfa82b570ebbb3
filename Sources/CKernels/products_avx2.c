// Products for processors with AVX2, FMA and F16C: 16 registers of 8 lanes.
#if defined(__x86_64__)
#include "products_families.h"
#include <immintrin.h>

#define LANES 8
#define KERNEL __attribute__((target("avx2,fma,f16c")))
#define KERNEL_INLINE static inline __attribute__((always_inline)) KERNEL
#define UNROLL _Pragma("clang loop unroll(full)")
#define TILE_ROWS 6
#define TILE_VECTORS 2
#define FEW_TILE_ROWS(n) ((n) == 1 ? 1 : (n) == 2 ? 4 : (n) <= 4 ? 2 : 1)
#define GROUP_ROWS 4
#define PANEL_VECTORS 1
#define WEIGHT_OFFSET 0
#include "vectors.h"

/// The block that begins with quad `quad`.
KERNEL_INLINE Words read_quads(WeightFormat format, const uint8_t *row, ptrdiff_t quad, ptrdiff_t quads) {
    (void)quads;
    const uint8_t *q = row + (size_t)(quad / LANES) * block_bytes(format) + 2;
    if (format == WEIGHTS_Q8_0) return load_words(q);
    __m128i bytes = _mm_loadu_si128((const __m128i *)q);
    __m256i nibbles = _mm256_and_si256(_mm256_set_m128i(_mm_srli_epi16(bytes, 4), bytes), _mm256_set1_epi8(15));
    return (Words)_mm256_sub_epi8(nibbles, _mm256_set1_epi8(8));
}

/// |w| * sign(x, w), since the instruction multiplies unsigned by signed bytes; 128 * 127 * 2 fits its 16-bit sums.
KERNEL_INLINE Words dot_quads(Words sums, Words w, Words x) {
    __m256i pairs = _mm256_maddubs_epi16(_mm256_abs_epi8((__m256i)w), _mm256_sign_epi8((__m256i)x, (__m256i)w));
    return sums + (Words)_mm256_madd_epi16(pairs, _mm256_set1_epi16(1));
}

#include "products_floats.h"
#include "products_block_rows.h"

const ProductKernels products_avx2 = {choose};
#endif
