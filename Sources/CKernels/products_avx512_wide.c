// Products with Q8_0 and Q4_0 weights for 5 to 8 activation rows, straight from the blocks of a mapped file: lanes are activation
// rows, so one conversion and one fma serve a block for all 8.
#if defined(__x86_64__)
#include "products_avx512.h"
#include "lanes_avx512.h"

enum { FOUR = 4, WIDE_ROWS = 8 };

/// 32 weights of a block as unsigned bytes: q + 128, or nibbles, which are 8 too large.
KERNEL_INLINE __m256i unsigned_block(WeightFormat format, const uint8_t *block) {
    if (format == WEIGHTS_Q8_0) return _mm256_xor_si256(_mm256_loadu_si256((const __m256i *)(block + 2)), _mm256_set1_epi8((char)128));
    __m256i both = _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)(block + 2)));
    return _mm256_and_si256(_mm256_srlv_epi64(both, _mm256_setr_epi64x(0, 0, 4, 4)), _mm256_set1_epi8(15));
}

/// One block of 32 columns of 8 activation rows, rows innermost.
typedef struct { int8_t q[BLOCK / 4][WIDE_ROWS][4]; float scale[WIDE_ROWS]; int32_t sum[WIDE_ROWS]; } WideBlock;

static size_t wide_bytes(ptrdiff_t columns) { return (size_t)(columns / BLOCK) * sizeof(WideBlock); }

KERNEL static void arrange_wide(const float *x, int count, ptrdiff_t columns, void *group) {
    WideBlock *out = group;
    memset(out, 0, wide_bytes(columns));
    for (int r = 0; r < count; r++) {
        for (ptrdiff_t b = 0; b < columns / BLOCK; b++) {
            int8_t q[BLOCK];
            int32_t sum[2];
            quantise_block(x + r * columns + b * BLOCK, q, &out[b].scale[r], sum);
            out[b].sum[r] = sum[0] + sum[1];
            UNROLL for (int i = 0; i < BLOCK / 4; i++) memcpy(out[b].q[i][r], q + 4 * i, 4);
        }
    }
}
static const ActivationLayout wide_groups = {WIDE_ROWS, wide_bytes, arrange_wide};

/// R weight rows from j on, all columns, for 8 activation rows.
KERNEL_INLINE void wide_rows(WeightFormat format, int R, const Weights *weights, ptrdiff_t n, const WideBlock *x, ptrdiff_t j, float *out) {
    const size_t bytes = (size_t)block_facts(format).bytes, row_bytes = weight_row_bytes(format, weights->columns);
    const uint8_t *w = weight_row(format, weights, j);
    __m256 sum[FOUR];
    UNROLL for (int r = 0; r < R; r++) sum[r] = _mm256_setzero_ps();
    for (ptrdiff_t b = 0; b < weights->columns / BLOCK; b++, w += bytes, x++) {
        __m256i a[BLOCK / 4];
        UNROLL for (int i = 0; i < BLOCK / 4; i++) a[i] = _mm256_loadu_si256((const __m256i *)x->q[i]);
        __m256i offsets = _mm256_slli_epi32(_mm256_loadu_si256((const __m256i *)x->sum), format == WEIGHTS_Q8_0 ? 7 : 3);
        __m256i start = _mm256_sub_epi32(_mm256_setzero_si256(), offsets);
        __m256 scale = _mm256_loadu_ps(x->scale);
        UNROLL for (int r = 0; r < R; r++) {
            const uint8_t *block = w + (size_t)r * row_bytes;
            _mm_prefetch((const char *)block + (size_t)R * row_bytes, _MM_HINT_T1);   // the same place in the next rows
            __m256i quads = unsigned_block(format, block), dot = start, other = _mm256_setzero_si256();
            UNROLL for (int i = 0; i < BLOCK / 4; i += 2) {
                dot = _mm256_dpbusd_epi32(dot, _mm256_permutevar8x32_epi32(quads, _mm256_set1_epi32(i)), a[i]);
                other = _mm256_dpbusd_epi32(other, _mm256_permutevar8x32_epi32(quads, _mm256_set1_epi32(i + 1)), a[i + 1]);
            }
            __m256 s = _mm256_mul_ps(_mm256_set1_ps(half_float(((const BlockQ8_0 *)block)->scale)), scale);
            sum[r] = _mm256_fmadd_ps(_mm256_cvtepi32_ps(_mm256_add_epi32(dot, other)), s, sum[r]);
        }
    }
    UNROLL for (int r = 0; r < R; r++) {
        float lanes[WIDE_ROWS];
        _mm256_storeu_ps(lanes, sum[r]);
        for (ptrdiff_t i = 0; i < n; i++) out[i * weights->rows + j + r] = lanes[i];
    }
}

KERNEL_INLINE void wide_range(WeightFormat format, const Weights *weights, ptrdiff_t n, const WideBlock *x, ptrdiff_t first,
                              ptrdiff_t last, float *out) {
    ptrdiff_t j = first;
    for (; j + FOUR <= last; j += FOUR) wide_rows(format, FOUR, weights, n, x, j, out);
    for (; j < last; j++) wide_rows(format, 1, weights, n, x, j, out);
}

KERNEL static void wide_q8_0(const Weights *weights, ptrdiff_t n, const void *x, ptrdiff_t first, ptrdiff_t last,
                             void *scratch, float *out) {
    (void)scratch;
    wide_range(WEIGHTS_Q8_0, weights, n, x, first, last, out);
}
KERNEL static void wide_q4_0(const Weights *weights, ptrdiff_t n, const void *x, ptrdiff_t first, ptrdiff_t last,
                             void *scratch, float *out) {
    (void)scratch;
    wide_range(WEIGHTS_Q4_0, weights, n, x, first, last, out);
}

ProductKernel wide_kernel_avx512(WeightFormat format) {
    return (ProductKernel){&wide_groups, 1, NULL, format == WEIGHTS_Q8_0 ? wide_q8_0 : wide_q4_0};
}
#endif
