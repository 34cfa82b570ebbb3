// Attention of the few rows of one token, written once for vectors of any width (include after attention_tile.h).
//
// Memory is the limit here: keys and values stream through once and are used where they lie, unpacked in registers; not the page
// is turned but the rows, per page. Pages of which something is hidden go the way of attention_tile.h.

enum { MOST_ROWS = 8, MOST_COLUMNS = 4 };

/// How many elements share a 32-bit word, and the k-th of them, without scale. Bytes of keys keep their offset of 128.
INLINE int elements_per_word(CacheElement type) { return type == CACHE_F32 ? 1 : type == CACHE_Q8 ? 4 : type == CACHE_Q4 ? 8 : 2; }
INLINE Lanes key_element(CacheElement type, int k, Words w) {
    if (type == CACHE_F32) return (Lanes)w;
    if (type == CACHE_BF16) return (Lanes)(k ? w & 0xffff0000 : w << 16);
    if (type == CACHE_F16) return from_f16(k ? w >> 16 : w & 0xffff);
    return __builtin_convertvector((Ints)(w >> (uint32_t)(8 * k) & 255), Lanes);
}
INLINE Lanes value_element(CacheElement type, int k, Words w) {
    if (type == CACHE_Q8) return __builtin_convertvector((Ints)(w << (uint32_t)(24 - 8 * k)) >> 24, Lanes);
    if (type == CACHE_Q4) return __builtin_convertvector((Ints)(w >> (uint32_t)(k % 4 * 8 + k / 4 * 4) & 15) - 8, Lanes);
    return key_element(type, k, w);
}

/// Vectors side by side, so that R rows of sums fit the registers.
INLINE int columns_for(int R) { return COLUMNS >= 4 ? (R <= 3 ? 4 : 2) : R <= 2 ? 4 : R <= 5 ? 2 : 1; }

/// acc[R][V] += a[row][step * elements + k] * element k of the words b[step][column]. All but steps and strides constant.
INLINE void word_product(const int R, const int V, const bool keys, const CacheElement type, int32_t steps, const float *a, size_t a_row,
                         const uint32_t *b, size_t b_step, size_t ahead, Lanes acc[MOST_ROWS][MOST_COLUMNS]) {
    const int count = elements_per_word(type);
    for (int32_t i = 0; i < steps; i++, a += count, b += b_step) {
        UNROLLED for (int v = 0; v < V; v++)
            if (v * LANES % 16 == 0) __builtin_prefetch((const void *)((uintptr_t)(b + v * LANES) + ahead), 0, 2);
        Words w[MOST_COLUMNS];
        UNROLLED for (int v = 0; v < V; v++) w[v] = *(const WordsAnywhere *)(b + v * LANES);
        UNROLLED for (int k = 0; k < count; k++) {
            Lanes x[MOST_COLUMNS];
            UNROLLED for (int v = 0; v < V; v++) x[v] = keys ? key_element(type, k, w[v]) : value_element(type, k, w[v]);
            UNROLLED for (int r = 0; r < R; r++) {
                Lanes y = splat(a[(size_t)r * a_row + (size_t)k]);
                UNROLLED for (int v = 0; v < V; v++) acc[r][v] += y * x[v];
            }
        }
    }
}

INLINE float lane_sum(Lanes x) {
    float s[LANES];
    store(s, x);
    UNROLLED for (int n = LANES / 2; n > 0; n /= 2) for (int i = 0; i < n; i++) s[i] += s[i + n];
    return s[0];
}

/// scores[R][64] of rows q[R][d].
INLINE void single_scores(const int R, const CacheElement type, int32_t dim, const float *q, const PageView *view,
                          float scores[MOST_ROWS][PAGE_TOKENS]) {
    const int V = columns_for(R), count = elements_per_word(type);
    const uint8_t *elements = key_elements(view->keys, dim);
    const float *centre = key_centre(view->keys);
    const size_t ahead = view->next_keys ? (uintptr_t)view->next_keys - (uintptr_t)view->keys : 0;
    float start[MOST_ROWS], scales[PAGE_TOKENS], sums[MOST_ROWS];
    UNROLLED for (int r = 0; r < R; r++) {
        Lanes product = splat(0), sum = splat(0);
        for (int32_t e = 0; e < dim; e += LANES) {
            Lanes x = load(q + (size_t)r * (size_t)dim + e);
            product += x * load(centre + e);
            sum += x;
        }
        start[r] = lane_sum(product);
        sums[r] = type == CACHE_Q8 ? -128 * lane_sum(sum) : start[r];
    }
    if (type == CACHE_Q8) read_scales(elements, type, dim, scales);
    for (int first = 0; first < PAGE_TOKENS; first += V * LANES) {
        Lanes acc[MOST_ROWS][MOST_COLUMNS];
        UNROLLED for (int r = 0; r < R; r++)
            UNROLLED for (int v = 0; v < V; v++) acc[r][v] = splat(sums[r]);
        word_product(R, V, true, type, dim / count, q, (size_t)dim, (const uint32_t *)elements + first, PAGE_TOKENS, ahead, acc);
        UNROLLED for (int r = 0; r < R; r++)
            UNROLLED for (int v = 0; v < V; v++) {
                if (type == CACHE_Q8) acc[r][v] = acc[r][v] * load(scales + first + v * LANES) + splat(start[r]);
                store(scores[r] + first + v * LANES, acc[r][v]);
            }
    }
}

/// out[R][V vectors from `first`] += probabilities * values.
INLINE void single_columns(const int R, const int V, const CacheElement type, int32_t dim, int32_t first,
                           float probabilities[MOST_ROWS][PAGE_TOKENS], const uint32_t *values, size_t ahead, float *out) {
    Lanes acc[MOST_ROWS][MOST_COLUMNS];
    UNROLLED for (int r = 0; r < R; r++)
        UNROLLED for (int v = 0; v < V; v++) acc[r][v] = load(out + (size_t)r * (size_t)dim + first + v * LANES);
    word_product(R, V, false, type, PAGE_TOKENS / elements_per_word(type), probabilities[0], PAGE_TOKENS, values + first, (size_t)dim,
                 ahead, acc);
    UNROLLED for (int r = 0; r < R; r++)
        UNROLLED for (int v = 0; v < V; v++) store(out + (size_t)r * (size_t)dim + first + v * LANES, acc[r][v]);
}

INLINE void single_values(const int R, const CacheElement type, int32_t dim, float probabilities[MOST_ROWS][PAGE_TOKENS],
                          const PageView *view, float *out) {
    const int V = columns_for(R);
    const size_t ahead = view->next_values ? (uintptr_t)view->next_values - (uintptr_t)view->values : 0;
    if (type == CACHE_Q8 || type == CACHE_Q4) {
        float scales[PAGE_TOKENS];
        read_scales(view->values, type, dim, scales);
        for (int r = 0; r < R; r++)
            for (int v = 0; v < PAGE_TOKENS; v += LANES) store(probabilities[r] + v, load(probabilities[r] + v) * load(scales + v));
    }
    int32_t first = 0;
    for (; first + V * LANES <= dim; first += V * LANES) single_columns(R, V, type, dim, first, probabilities, view->values, ahead, out);
    for (; first < dim; first += LANES) single_columns(R, 1, type, dim, first, probabilities, view->values, ahead, out);
}

INLINE void single_page(const int R, const AttentionBlock *block, const PageView *view, const float *q) {
    _Alignas(64) float scores[MOST_ROWS][PAGE_TOKENS];
    const int32_t dim = padded_dimension(block->shape->key_dim), value_dim = padded_dimension(block->shape->value_dim);
    switch (block->shape->key_type) {
        case CACHE_F32: single_scores(R, CACHE_F32, dim, q, view, scores); break;
        case CACHE_BF16: single_scores(R, CACHE_BF16, dim, q, view, scores); break;
        case CACHE_F16: single_scores(R, CACHE_F16, dim, q, view, scores); break;
        default: single_scores(R, CACHE_Q8, dim, q, view, scores);
    }
    for (int r = 0; r < R; r++) row_softmax(block, view, r, UINT64_MAX, scores[r]);
    switch (block->shape->value_type) {
        case CACHE_F32: single_values(R, CACHE_F32, value_dim, scores, view, block->out); break;
        case CACHE_BF16: single_values(R, CACHE_BF16, value_dim, scores, view, block->out); break;
        case CACHE_F16: single_values(R, CACHE_F16, value_dim, scores, view, block->out); break;
        case CACHE_Q8: single_values(R, CACHE_Q8, value_dim, scores, view, block->out); break;
        case CACHE_Q4: single_values(R, CACHE_Q4, value_dim, scores, view, block->out);
    }
}

/// One function for each number of rows, so that sums stay in registers, and on the stack where nothing is optimised.
typedef void (*FewRows)(const AttentionBlock *block, const PageView *view, const float *q);
static void rows_1(const AttentionBlock *block, const PageView *view, const float *q) { single_page(1, block, view, q); }
static void rows_2(const AttentionBlock *block, const PageView *view, const float *q) { single_page(2, block, view, q); }
static void rows_3(const AttentionBlock *block, const PageView *view, const float *q) { single_page(3, block, view, q); }
static void rows_4(const AttentionBlock *block, const PageView *view, const float *q) { single_page(4, block, view, q); }
static void rows_5(const AttentionBlock *block, const PageView *view, const float *q) { single_page(5, block, view, q); }
static void rows_6(const AttentionBlock *block, const PageView *view, const float *q) { single_page(6, block, view, q); }
static void rows_7(const AttentionBlock *block, const PageView *view, const float *q) { single_page(7, block, view, q); }
static void rows_8(const AttentionBlock *block, const PageView *view, const float *q) { single_page(8, block, view, q); }
static const FewRows pages_of_rows[] = {rows_1, rows_2, rows_3, rows_4, rows_5, rows_6, rows_7, rows_8};

/// to[row][d] = rows turned by one angle per pair.
static void turn_rows(const AttentionBlock *block, const float *restrict angles, float *restrict to) {
    const int32_t dim = padded_dimension(block->shape->key_dim), pairs = angles ? block->shape->rotary_pairs : 0;
    const float *restrict from = block->paired;
    for (int32_t r = 0; r < block->rows; r++, from += dim, to += dim) {
        for (int32_t i = 0; i < pairs; i++) {
            float x = from[2 * i], y = from[2 * i + 1], c = angles[i], s = angles[pairs + i];
            to[2 * i] = x * c - y * s;
            to[2 * i + 1] = x * s + y * c;
        }
        memcpy(to + 2 * pairs, from + 2 * pairs, (size_t)(dim - 2 * pairs) * 4);
    }
}

/// Whether so many rows over such pages go by the ways for few rows.
INLINE bool are_few(const AttentionBlock *block, const PageView *views) {
    return block->rows <= MOST_ROWS && !views->masks && !views->slot_rotation;
}

static void attend_few(const AttentionBlock *block, const PageView *views, int32_t count, const float *angles, size_t stride) {
    const bool few = are_few(block, views);
    for (int32_t i = 0; i < count; i++, angles = angles ? angles + stride : NULL) {
        if (few) turn_rows(block, angles, block->queries);
        if (few) pages_of_rows[block->rows - 1](block, views + i, block->queries);
        else attend_single(block, views + i, angles);
    }
}
