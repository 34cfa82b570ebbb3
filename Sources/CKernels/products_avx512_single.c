// Products with Q8_0 and Q4_0 weights for one activation row, straight from the blocks of a mapped file: what generating spends its
// time in. Where memory is fast or the processor is slow, operations are the limit, so that each counts: four weight rows share what
// is loaded of the activations, one row of each stream (row_streams.h); the integer sums start at what takes the offset of the
// weights back; and the two halves of a block of nibbles meet in the same lanes, to be scaled once.
#if defined(__x86_64__)
#include "products_avx512.h"
#include "lanes_avx512.h"
#include "row_streams.h"

// ---------------------------------------------------------------- activations

/// The activations of a stretch of four blocks, as the weights come out of theirs:
///            vector of q              lane of quad i of block b   scale
///   Q8_0     two blocks each          8 * (b % 2) + i             [b]
///   Q4_0     halves of all blocks     4 * b + i % 4               of each lane
/// `start`: the sum of a lane's activations times the offset of the weights, taken back. With nibbles the first vector has it for both.
typedef struct { int8_t q[4 * BLOCK]; int32_t start[2 * LANES]; float scale[LANES]; } LaneStretch;

static size_t lane_row_bytes(ptrdiff_t columns) {
    return round_up((size_t)columns, 4 * BLOCK) / (4 * BLOCK) * sizeof(LaneStretch);
}

KERNEL_INLINE void arrange_lanes(WeightFormat format, const float *x, int b, LaneStretch *stretch) {
    int8_t q[BLOCK];
    int32_t sum[2];
    float scale;
    quantise_block(x, q, &scale, sum);
    const __m256i offset = _mm256_set1_epi8((char)block_facts(format).offset);
    const __m256i excess = _mm256_dpbusd_epi32(_mm256_setzero_si256(), offset, _mm256_loadu_si256((const __m256i *)q));
    if (format == WEIGHTS_Q4_0) {
        memcpy(stretch->q + b * HALF_BLOCK, q, HALF_BLOCK);
        memcpy(stretch->q + 2 * BLOCK + b * HALF_BLOCK, q + HALF_BLOCK, HALF_BLOCK);
        const __m128i both = _mm_add_epi32(_mm256_castsi256_si128(excess), _mm256_extracti128_si256(excess, 1));
        _mm_store_si128((__m128i *)(stretch->start + 4 * b), _mm_sub_epi32(_mm_setzero_si128(), both));
        _mm_store_ps(stretch->scale + 4 * b, _mm_set1_ps(scale));
    } else {
        memcpy(stretch->q + b * BLOCK, q, BLOCK);
        _mm256_store_si256((__m256i *)(stretch->start + 8 * b), _mm256_sub_epi32(_mm256_setzero_si256(), excess));
        stretch->scale[b] = scale;
    }
}

KERNEL_INLINE void arrange_lane_row(WeightFormat format, const float *x, ptrdiff_t columns, LaneStretch *row) {
    memset(row, 0, lane_row_bytes(columns));
    for (ptrdiff_t b = 0; b < columns / BLOCK; b++) arrange_lanes(format, x + b * BLOCK, (int)(b % 4), row + b / 4);
}

// ---------------------------------------------------------------- weights

KERNEL_INLINE __m256i two_of_16(const uint8_t *p, const uint8_t *q) {
    return _mm256_inserti128_si256(_mm256_castsi128_si256(_mm_loadu_si128((const __m128i *)p)), _mm_loadu_si128((const __m128i *)q), 1);
}
KERNEL_INLINE __m512i joined_halves(__m256i low, __m256i high) { return _mm512_inserti64x4(_mm512_castsi256_si512(low), high, 1); }

/// Adds the stretch of Q4_0 blocks at p. One permutation gathers the scales.
KERNEL_INLINE __m512 add_nibbles(__m512 sum, const uint8_t *p, const LaneStretch *x) {
    enum { Q = offsetof(BlockQ4_0, q), BYTES = sizeof(BlockQ4_0), APART = BYTES / 2 };
    const __m512i mask = _mm512_set1_epi8(15);
    __m512i bytes = joined_halves(two_of_16(p + Q, p + BYTES + Q), two_of_16(p + 2 * BYTES + Q, p + 3 * BYTES + Q));
    __m512i dots = _mm512_dpbusd_epi32(_mm512_load_si512(x->start), _mm512_and_si512(bytes, mask), _mm512_load_si512(x->q));
    dots = _mm512_dpbusd_epi32(dots, _mm512_and_si512(_mm512_srli_epi16(bytes, 4), mask), _mm512_load_si512(x->q + 2 * BLOCK));
    const __m256i blocks = _mm256_setr_epi16(0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3);
    const __m512i places = _mm512_castsi256_si512(_mm256_mullo_epi16(blocks, _mm256_set1_epi16(APART)));
    __m256i halves = _mm512_castsi512_si256(_mm512_permutexvar_epi16(places, _mm512_loadu_si512(p)));
    return _mm512_fmadd_ps(_mm512_cvtepi32_ps(dots), _mm512_mul_ps(_mm512_cvtph_ps(halves), _mm512_load_ps(x->scale)), sum);
}

/// Adds the stretch of Q8_0 blocks at p. Scales are joined as integers: a permutation takes twice as long here, since compilers then
/// take the weights out of the same register, too.
KERNEL_INLINE __m512 add_bytes(__m512 sum, const uint8_t *p, const LaneStretch *x) {
    enum { Q = offsetof(BlockQ8_0, q), BYTES = sizeof(BlockQ8_0) };
    uint64_t halves = 0;
    UNROLL for (int b = 0; b < 4; b++) halves |= (uint64_t)((const BlockQ8_0 *)p)[b].scale << 16 * b;
    __m128 scales = _mm_mul_ps(_mm_cvtph_ps(_mm_cvtsi64_si128((long long)halves)), _mm_load_ps(x->scale));
    UNROLL for (int v = 0; v < 2; v++, p += 2 * BYTES) {
        __m512i bytes = joined_halves(_mm256_loadu_si256((const __m256i *)(p + Q)), _mm256_loadu_si256((const __m256i *)(p + BYTES + Q)));
        __m512i dots = _mm512_dpbusd_epi32(_mm512_load_si512(x->start + v * LANES), _mm512_xor_si512(bytes, _mm512_set1_epi8((char)128)),
                                           _mm512_load_si512(x->q + v * 2 * BLOCK));
        const __m512i places = _mm512_add_epi32(_mm512_setr_epi32(0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1), _mm512_set1_epi32(2 * v));
        __m512 of_lanes = _mm512_permutexvar_ps(places, _mm512_castps128_ps512(scales));
        sum = _mm512_fmadd_ps(_mm512_cvtepi32_ps(dots), of_lanes, sum);
    }
    return sum;
}

KERNEL_INLINE __m512 add_lanes(WeightFormat format, __m512 sum, const uint8_t *p, const LaneStretch *x) {
    return format == WEIGHTS_Q4_0 ? add_nibbles(sum, p, x) : add_bytes(sum, p, x);
}

// ---------------------------------------------------------------- products

/// R weight rows, `apart` bytes from one to the next, times one row of activations.
KERNEL_INLINE void single_rows(WeightFormat format, int R, const Weights *weights, const LaneStretch *x, const uint8_t *w, size_t apart,
                               float sums[STREAMS]) {
    const ptrdiff_t stretches = weights->columns / stretch_weights(format);
    const size_t bytes = stretch_bytes(format), row_bytes = weight_row_bytes(format, weights->columns), ahead = stream_ahead(row_bytes);
    __m512 sum[STREAMS];
    UNROLL for (int r = 0; r < R; r++) sum[r] = _mm512_setzero_ps();
    for (ptrdiff_t i = 0; i < stretches; i++, w += bytes, x++) {
        UNROLL for (int r = 0; r < R; r++) {
            const uint8_t *p = w + (size_t)r * apart;
            for (size_t line = 0; line < bytes; line += 64) _mm_prefetch((const char *)p + ahead + line, _MM_HINT_T1);
            sum[r] = add_lanes(format, sum[r], p, x);
        }
    }
    UNROLL for (int r = 0; r < R; r++) {
        if (row_bytes % bytes) {                               // the last 1 to 3 blocks, followed by zeros
            uint8_t tail[4 * sizeof(BlockQ8_0)] = {0};
            memcpy(tail, w + (size_t)r * apart, row_bytes % bytes);
            sum[r] = add_lanes(format, sum[r], tail, x);
        }
        sums[r] = total((Floats)sum[r]);
    }
}

KERNEL_INLINE void single_range(WeightFormat format, const Weights *weights, const void *x, ptrdiff_t first, ptrdiff_t last, float *out) {
    const ptrdiff_t run = (last - first) / STREAMS;
    const size_t apart = (size_t)run * weight_row_bytes(format, weights->columns);
    for (ptrdiff_t j = first; j < first + run; j++) {
        float sums[STREAMS];
        single_rows(format, STREAMS, weights, x, weight_row(format, weights, j), apart, sums);
        for (int r = 0; r < STREAMS; r++) out[j + r * run] = sums[r];
    }
    for (ptrdiff_t j = first + run * STREAMS; j < last; j++) single_rows(format, 1, weights, x, weight_row(format, weights, j), 0, out + j);
}

// What each format needs of its own.
#define SINGLE(name) \
    KERNEL static void arrange_##name(const float *x, int count, ptrdiff_t columns, void *group) { \
        (void)count;   /* a group is one row */ \
        arrange_lane_row(WEIGHTS_##name, x, columns, group); \
    } \
    static const ActivationLayout lanes_##name = {1, lane_row_bytes, arrange_##name}; \
    KERNEL static void single_##name(const Weights *weights, ptrdiff_t n, const void *x, ptrdiff_t first, ptrdiff_t last, \
                                     void *scratch, float *out) { \
        (void)n; \
        (void)scratch; \
        single_range(WEIGHTS_##name, weights, x, first, last, out); \
    }
SINGLE(Q8_0)
SINGLE(Q4_0)
#undef SINGLE

ProductKernel single_kernel_avx512(WeightFormat format) {
    return format == WEIGHTS_Q8_0 ? (ProductKernel){&lanes_Q8_0, 1, NULL, single_Q8_0} : (ProductKernel){&lanes_Q4_0, 1, NULL, single_Q4_0};
}
#endif
