// Few rows over 8-bit pages by the byte dot product of AVX-512 (include after attention_single.h).
//
// Query and probabilities become two bytes each, a high and a low part, so that they are accurate to 15 and 16 bits; what error
// remains is that of the stored bytes. Pages that weigh little beside a row's total get probabilities of 8 bits.
#include "avx512.h"

/// Rows as signed bytes: x = step * (high + low / 254), high parts of all rows first.
typedef struct {
    _Alignas(64) int8_t bytes[2 * MOST_ROWS][DIMENSION_STEP * 64];
    float step[MOST_ROWS];
    int32_t start[2 * MOST_ROWS];        // -128 * the row's sum: takes the keys' offset away
} ByteRows;

INLINE void bytes_of_row(const float *q, int32_t dim, int8_t *high, int8_t *low, float *step, int32_t *high_start, int32_t *low_start) {
    __m512 largest = _mm512_set1_ps(1e-30f);
    for (int32_t e = 0; e < dim; e += 16) largest = _mm512_max_ps(largest, _mm512_abs_ps(_mm512_loadu_ps(q + e)));
    const float most = _mm512_reduce_max_ps(largest);
    const __m512 inverse = _mm512_set1_ps(127 / most);
    __m512i high_sum = _mm512_setzero_si512(), low_sum = _mm512_setzero_si512();
    for (int32_t e = 0; e < dim; e += 16) {
        const __m512 x = _mm512_mul_ps(_mm512_loadu_ps(q + e), inverse);
        const __m512i h = _mm512_cvtps_epi32(x);
        const __m512i l = _mm512_cvtps_epi32(_mm512_mul_ps(_mm512_sub_ps(x, _mm512_cvtepi32_ps(h)), _mm512_set1_ps(254)));
        _mm_storeu_si128((__m128i *)(high + e), _mm512_cvtepi32_epi8(h));
        _mm_storeu_si128((__m128i *)(low + e), _mm512_cvtepi32_epi8(l));
        high_sum = _mm512_add_epi32(high_sum, h);
        low_sum = _mm512_add_epi32(low_sum, l);
    }
    *step = most / 127;
    *high_start = -128 * _mm512_reduce_add_epi32(high_sum);
    *low_start = -128 * _mm512_reduce_add_epi32(low_sum);
}

INLINE void byte_scores(const int R, int32_t dim, const float *q, const PageView *view, float scores[MOST_ROWS][PAGE_TOKENS]) {
    const int V = R <= 3 ? 4 : R <= 7 ? 2 : 1;
    const uint8_t *elements = key_elements(view->keys, dim);
    const size_t ahead = view->next_keys ? (uintptr_t)view->next_keys - (uintptr_t)view->keys : 0;
    const uint16_t *scales = scales_after(elements, CACHE_Q8, dim);
    ByteRows rows;
    float centre[MOST_ROWS];
    for (int r = 0; r < R; r++) {
        const float *row = q + (size_t)r * (size_t)dim;
        __m512 sum = _mm512_setzero_ps();
        for (int32_t e = 0; e < dim; e += 16)
            sum = _mm512_fmadd_ps(_mm512_loadu_ps(row + e), _mm512_loadu_ps(key_centre(view->keys) + e), sum);
        centre[r] = _mm512_reduce_add_ps(sum);
        bytes_of_row(row, dim, rows.bytes[r], rows.bytes[R + r], rows.step + r, rows.start + r, rows.start + R + r);
    }
    for (int first = 0; first < PAGE_TOKENS; first += 16 * V) {
        __m512i acc[MAX_ROWS][MAX_VECTORS];
        UNROLLED for (int r = 0; r < 2 * R; r++)
            UNROLLED for (int v = 0; v < V; v++) acc[r][v] = _mm512_set1_epi32(rows.start[r]);
        int8_tile(2 * R, V, false, dim / 4, (const uint32_t *)rows.bytes[0], sizeof rows.bytes[0] / 4, 1,
                  (const uint32_t *)elements + first, PAGE_TOKENS, ahead, acc);
        UNROLLED for (int r = 0; r < R; r++)
            UNROLLED for (int v = 0; v < V; v++) {
                const __m512 high = _mm512_cvtepi32_ps(acc[r][v]), low = _mm512_cvtepi32_ps(acc[R + r][v]);
                const __m512 dot = _mm512_fmadd_ps(low, _mm512_set1_ps(1 / 254.0f), high);
                const __m512 scale = _mm512_mul_ps(load_bf16(scales + first + 16 * v), _mm512_set1_ps(rows.step[r]));
                _mm512_store_ps(scores[r] + first + 16 * v, _mm512_fmadd_ps(dot, scale, _mm512_set1_ps(centre[r])));
            }
    }
}

/// Probabilities of one row in steps of largest / 65280: high and low bytes, or (`parts` 1) the rounded high byte alone.
INLINE void bytes_of_probabilities(int parts, const float *s, float largest, uint8_t *high, uint8_t *low) {
    const __m512 inverse = _mm512_set1_ps(largest > 0 ? 65280 / largest : 0);
    UNROLLED for (int v = 0; v < PAGE_TOKENS; v += 16) {
        __m512i x = _mm512_cvtps_epi32(_mm512_mul_ps(_mm512_load_ps(s + v), inverse));
        if (parts == 2) _mm_store_si128((__m128i *)(low + v), _mm512_cvtepi32_epi8(x));
        else x = _mm512_add_epi32(x, _mm512_set1_epi32(128));
        _mm_store_si128((__m128i *)(high + v), _mm512_cvtepi32_epi8(_mm512_srli_epi32(x, 8)));
    }
}

INLINE void byte_columns(const int R, const int parts, const int V, int32_t dim, int32_t first,
                         uint32_t bytes[2 * MOST_ROWS][PAGE_TOKENS / 4], const float *largest, const PageView *view, float *out) {
    const size_t ahead = view->next_values ? (uintptr_t)view->next_values - (uintptr_t)view->values : 0;
    __m512i acc[MAX_ROWS][MAX_VECTORS];
    UNROLLED for (int r = 0; r < parts * R; r++)
        UNROLLED for (int v = 0; v < V; v++) acc[r][v] = _mm512_setzero_si512();
    int8_tile(parts * R, V, true, PAGE_TOKENS / 4, bytes[0], PAGE_TOKENS / 4, 1, (const uint32_t *)view->values + first, (size_t)dim,
              ahead, acc);
    UNROLLED for (int r = 0; r < R; r++)
        UNROLLED for (int v = 0; v < V; v++) {
            float *to = out + (size_t)r * (size_t)dim + first + 16 * v;
            __m512i sum = _mm512_slli_epi32(acc[r][v], 8);
            if (parts == 2) sum = _mm512_add_epi32(sum, acc[R + r][v]);
            _mm512_storeu_ps(to, _mm512_fmadd_ps(_mm512_cvtepi32_ps(sum), _mm512_set1_ps(largest[r] / 65280), _mm512_loadu_ps(to)));
        }
}

INLINE void byte_values(const int R, const int parts, int32_t dim, float probabilities[MOST_ROWS][PAGE_TOKENS], const float *largest,
                        const PageView *view, float *out) {
    _Alignas(64) uint32_t bytes[2 * MOST_ROWS][PAGE_TOKENS / 4];
    const int V = parts * R <= 7 ? 4 : parts * R <= 14 ? 2 : 1;
    for (int r = 0; r < R; r++) bytes_of_probabilities(parts, probabilities[r], largest[r], (uint8_t *)bytes[r], (uint8_t *)bytes[R + r]);
    int32_t first = 0;
    for (; first + 16 * V <= dim; first += 16 * V) byte_columns(R, parts, V, dim, first, bytes, largest, view, out);
    for (; first < dim; first += 16) byte_columns(R, parts, 1, dim, first, bytes, largest, view, out);
}

INLINE void byte_page(const int R, const AttentionBlock *block, const PageView *view, const float *q) {
    _Alignas(64) float scores[MOST_ROWS][PAGE_TOKENS];
    const int32_t dim = padded_dimension(block->shape->key_dim), value_dim = padded_dimension(block->shape->value_dim);
    const uint16_t *scales = scales_after(view->values, CACHE_Q8, value_dim);
    float largest[MOST_ROWS];
    bool coarse = true, broken = false;
    byte_scores(R, dim, q, view, scores);
    for (int r = 0; r < R; r++) {
        row_softmax(block, view, r, UINT64_MAX, scores[r]);
        const float *sum = block->sum + (size_t)r * SUM_LANES;
        const float total = sum[0] + sum[1] + sum[2] + sum[3];      // at least: the key that set the reference counts 1
        __m512 most = _mm512_setzero_ps(), steps = _mm512_setzero_ps();
        UNROLLED for (int v = 0; v < PAGE_TOKENS; v += 16) {
            const __m512 scale = load_bf16(scales + v), p = _mm512_mul_ps(_mm512_load_ps(scores[r] + v), scale);
            broken |= _mm512_cmp_ps_mask(p, p, _CMP_UNORD_Q) != 0;
            most = _mm512_max_ps(most, p);
            steps = _mm512_max_ps(steps, scale);
            _mm512_store_ps(scores[r] + v, p);
        }
        largest[r] = _mm512_reduce_max_ps(most);
        if (64 * largest[r] > (total > 1 ? total : 1) * _mm512_reduce_max_ps(steps)) coarse = false;
    }
    if (broken) for (int r = 0; r < R; r++) block->sum[(size_t)r * SUM_LANES] = NAN;
    else if (coarse) byte_values(R, 1, value_dim, scores, largest, view, block->out);
    else byte_values(R, 2, value_dim, scores, largest, view, block->out);
}

static void byte_rows_1(const AttentionBlock *block, const PageView *view, const float *q) { byte_page(1, block, view, q); }
static void byte_rows_2(const AttentionBlock *block, const PageView *view, const float *q) { byte_page(2, block, view, q); }
static void byte_rows_3(const AttentionBlock *block, const PageView *view, const float *q) { byte_page(3, block, view, q); }
static void byte_rows_4(const AttentionBlock *block, const PageView *view, const float *q) { byte_page(4, block, view, q); }
static void byte_rows_5(const AttentionBlock *block, const PageView *view, const float *q) { byte_page(5, block, view, q); }
static void byte_rows_6(const AttentionBlock *block, const PageView *view, const float *q) { byte_page(6, block, view, q); }
static void byte_rows_7(const AttentionBlock *block, const PageView *view, const float *q) { byte_page(7, block, view, q); }
static void byte_rows_8(const AttentionBlock *block, const PageView *view, const float *q) { byte_page(8, block, view, q); }
static const FewRows byte_pages_of_rows[] = {byte_rows_1, byte_rows_2, byte_rows_3, byte_rows_4,
                                             byte_rows_5, byte_rows_6, byte_rows_7, byte_rows_8};

/// Eight-bit pages of which all is seen; all others go the common way.
static void attend_few_bytes(const AttentionBlock *block, const PageView *views, int32_t count, const float *angles, size_t stride) {
    const bool bytes = block->shape->key_type == CACHE_Q8 && block->shape->value_type == CACHE_Q8;
    if (!bytes || !are_few(block, views)) {
        attend_few(block, views, count, angles, stride);
        return;
    }
    for (int32_t i = 0; i < count; i++) {
        turn_rows(block, angles ? angles + (size_t)i * stride : NULL, block->queries);
        byte_pages_of_rows[block->rows - 1](block, views + i, block->queries);
    }
}
