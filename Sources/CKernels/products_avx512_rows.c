// Products with block weights for 1 to 8 activation rows, straight from the blocks of a mapped file: bound by memory.
//
// Up to 4 rows: one weight row at a time, lanes along its columns. 128 weights are unpacked once to unsigned bytes and multiplied
// with each activation row by vpdpbusd; the offset is settled in float32 with the scaled sums of the activations.
// 5 to 8 rows: lanes are activation rows, so one conversion and one fma serve a block for all 8.
#if defined(__x86_64__)
#include "products_avx512.h"

enum { FOUR = 4, WIDE_ROWS = 8, AHEAD = 4096 };

// ---------------------------------------------------------------- lanes along the columns

KERNEL static void arrange_quantised_row(const float *x, int count, ptrdiff_t columns, void *group) {
    (void)count;   // a group is one row
    quantise_row(x, columns, group);
}
static const ActivationLayout quantised_rows = {1, quantised_row_bytes, arrange_quantised_row};

/// The scales of 4 neighbouring blocks.
KERNEL_INLINE __m128 four_scales(const uint8_t *p, size_t bytes) {
    uint16_t h[FOUR];
    UNROLL for (int i = 0; i < FOUR; i++) memcpy(&h[i], p + i * bytes, 2);
    __m128i halves = _mm_cvtsi32_si128(h[0]);
    halves = _mm_insert_epi16(halves, h[1], 1);
    halves = _mm_insert_epi16(halves, h[2], 2);
    halves = _mm_insert_epi16(halves, h[3], 3);
    return _mm_cvtph_ps(halves);
}

/// 64 weights of two neighbouring blocks as unsigned bytes.
KERNEL_INLINE __m512i two_blocks(WeightFormat format, const uint8_t *p) {
    __m256i a = unsigned_block(format, p), b = unsigned_block(format, p + block_bytes(format));
    return _mm512_inserti64x4(_mm512_castsi256_si512(a), b, 1);
}

typedef struct { __m512 main; __m128 offset; } RowSum;

/// Adds 4 blocks of one weight row, columns 128 * i on, to the sums of n activation rows.
KERNEL_INLINE void four_blocks(WeightFormat format, int n, const uint8_t *p, ptrdiff_t i, const QuantisedRow *x, RowSum *sum) {
    const __m512i low_blocks = _mm512_setr_epi32(0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1);
    const __m512i high_blocks = _mm512_setr_epi32(2, 2, 2, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3, 3, 3);
    const __m512i zero = _mm512_setzero_si512();
    __m128 scales = four_scales(p, block_bytes(format));
    __m512i w0 = two_blocks(format, p), w1 = two_blocks(format, p + 2 * block_bytes(format));
    UNROLL for (int r = 0; r < n; r++) {
        __m512 s = _mm512_castps128_ps512(_mm_mul_ps(scales, _mm_loadu_ps(x[r].scale + FOUR * i)));
        __m512i low = _mm512_dpbusd_epi32(zero, w0, _mm512_loadu_si512(x[r].q + 128 * i));
        __m512i high = _mm512_dpbusd_epi32(zero, w1, _mm512_loadu_si512(x[r].q + 128 * i + 64));
        sum[r].main = _mm512_fmadd_ps(_mm512_cvtepi32_ps(low), _mm512_permutexvar_ps(low_blocks, s), sum[r].main);
        sum[r].main = _mm512_fmadd_ps(_mm512_cvtepi32_ps(high), _mm512_permutexvar_ps(high_blocks, s), sum[r].main);
        sum[r].offset = _mm_fmadd_ps(scales, _mm_loadu_ps(x[r].sum + FOUR * i), sum[r].offset);
    }
}

KERNEL_INLINE float total_of_four(__m128 v) {
    v = _mm_add_ps(v, _mm_movehl_ps(v, v));
    return _mm_cvtss_f32(_mm_add_ss(v, _mm_movehdup_ps(v)));
}

/// Asks for what is read 4 KB on. Into L2: in L1 it would push out the activations.
KERNEL_INLINE void prefetch_ahead(const uint8_t *p, size_t bytes) {
    for (size_t i = 0; i < bytes; i += 64) _mm_prefetch((const char *)p + AHEAD + i, _MM_HINT_T1);
}

KERNEL_INLINE void narrow_range(WeightFormat format, int n, const Weights *weights, const void *activations, ptrdiff_t first,
                                ptrdiff_t last, float *out) {
    const size_t four = FOUR * block_bytes(format);
    const ptrdiff_t blocks = weights->columns / BLOCK, fours = blocks / FOUR;
    QuantisedRow x[FOUR];
    UNROLL for (int r = 0; r < n; r++) x[r] = quantised_row(activations, r, weights->columns);
    for (ptrdiff_t j = first; j < last; j++) {
        const uint8_t *w = weight_row(weights, j);
        RowSum sum[FOUR];
        UNROLL for (int r = 0; r < n; r++) sum[r] = (RowSum){_mm512_setzero_ps(), _mm_setzero_ps()};
        for (ptrdiff_t i = 0; i < fours; i++, w += four) {
            prefetch_ahead(w, four);
            four_blocks(format, n, w, i, x, sum);
        }
        if (blocks % FOUR) {                                  // the last 1 to 3 blocks, padded with zeros
            uint8_t tail[FOUR * sizeof(BlockQ8_0)] = {0};
            memcpy(tail, w, (size_t)(blocks % FOUR) * block_bytes(format));
            four_blocks(format, n, tail, fours, x, sum);
        }
        UNROLL for (int r = 0; r < n; r++)
            out[r * weights->rows + j] = _mm512_reduce_add_ps(sum[r].main) - (float)block_offset(format) * total_of_four(sum[r].offset);
    }
}

KERNEL_INLINE void narrow(WeightFormat format, const Weights *weights, ptrdiff_t n, const void *x, ptrdiff_t first,
                          ptrdiff_t last, float *out) {
    switch (n) {
        case 1: narrow_range(format, 1, weights, x, first, last, out); break;
        case 2: narrow_range(format, 2, weights, x, first, last, out); break;
        case 3: narrow_range(format, 3, weights, x, first, last, out); break;
        default: narrow_range(format, 4, weights, x, first, last, out); break;
    }
}

KERNEL static void narrow_q8_0(const Weights *weights, ptrdiff_t n, const void *x, ptrdiff_t first, ptrdiff_t last,
                               void *scratch, float *out) {
    (void)scratch;
    narrow(WEIGHTS_Q8_0, weights, n, x, first, last, out);
}
KERNEL static void narrow_q4_0(const Weights *weights, ptrdiff_t n, const void *x, ptrdiff_t first, ptrdiff_t last,
                               void *scratch, float *out) {
    (void)scratch;
    narrow(WEIGHTS_Q4_0, weights, n, x, first, last, out);
}

// ---------------------------------------------------------------- lanes are 8 activation rows

/// One block of 32 columns of 8 activation rows, rows innermost.
typedef struct { int8_t q[BLOCK / 4][WIDE_ROWS][4]; float scale[WIDE_ROWS]; int32_t sum[WIDE_ROWS]; } WideBlock;

static size_t wide_bytes(ptrdiff_t columns) { return (size_t)(columns / BLOCK) * sizeof(WideBlock); }

KERNEL static void arrange_wide(const float *x, int count, ptrdiff_t columns, void *group) {
    WideBlock *out = group;
    memset(out, 0, wide_bytes(columns));
    for (int r = 0; r < count; r++) {
        for (ptrdiff_t b = 0; b < columns / BLOCK; b++) {
            int8_t q[BLOCK];
            out[b].sum[r] = quantise_block(x + r * columns + b * BLOCK, q, &out[b].scale[r]);
            UNROLL for (int i = 0; i < BLOCK / 4; i++) memcpy(out[b].q[i][r], q + 4 * i, 4);
        }
    }
}
static const ActivationLayout wide_groups = {WIDE_ROWS, wide_bytes, arrange_wide};

/// R weight rows from j on, all columns, for 8 activation rows.
KERNEL_INLINE void wide_rows(WeightFormat format, int R, const Weights *weights, ptrdiff_t n, const WideBlock *x, ptrdiff_t j, float *out) {
    const size_t row_bytes = weight_row_bytes(format, weights->columns);
    const uint8_t *w = weight_row(weights, j);
    __m256 sum[FOUR];
    UNROLL for (int r = 0; r < R; r++) sum[r] = _mm256_setzero_ps();
    for (ptrdiff_t b = 0; b < weights->columns / BLOCK; b++, w += block_bytes(format), x++) {
        __m256i a[BLOCK / 4];
        UNROLL for (int i = 0; i < BLOCK / 4; i++) a[i] = _mm256_loadu_si256((const __m256i *)x->q[i]);
        __m256i offsets = _mm256_slli_epi32(_mm256_loadu_si256((const __m256i *)x->sum), format == WEIGHTS_Q8_0 ? 7 : 3);
        __m256i start = _mm256_sub_epi32(_mm256_setzero_si256(), offsets);
        __m256 scale = _mm256_loadu_ps(x->scale);
        UNROLL for (int r = 0; r < R; r++) {
            const uint8_t *block = w + (size_t)r * row_bytes;
            _mm_prefetch((const char *)block + (size_t)R * row_bytes, _MM_HINT_T1);   // the same place in the next rows
            __m256i bytes = unsigned_block(format, block), dot = start, other = _mm256_setzero_si256();
            UNROLL for (int i = 0; i < BLOCK / 4; i += 2) {
                dot = _mm256_dpbusd_epi32(dot, _mm256_permutevar8x32_epi32(bytes, _mm256_set1_epi32(i)), a[i]);
                other = _mm256_dpbusd_epi32(other, _mm256_permutevar8x32_epi32(bytes, _mm256_set1_epi32(i + 1)), a[i + 1]);
            }
            __m256 s = _mm256_mul_ps(_mm256_set1_ps(scale_of_block(block)), scale);
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

ProductKernel choose_avx512_rows(WeightFormat format, ptrdiff_t n) {
    if (n <= FOUR) return (ProductKernel){&quantised_rows, 1, NULL, format == WEIGHTS_Q8_0 ? narrow_q8_0 : narrow_q4_0};
    return (ProductKernel){&wide_groups, 1, NULL, format == WEIGHTS_Q8_0 ? wide_q8_0 : wide_q4_0};
}
#endif
