// Few rows over 8-bit pages by products of byte tiles (include in attention_amx.c).
//
// Queries and probabilities become numbers of 16 bits; their high bytes and their low bytes are rows of one left side, [2 R][64]. Pages
// are right sides as they lie. What error remains is that of the stored bytes.

enum { BYTE_DEPTH = 64, LARGEST_QUERY = 127 * 256, LARGEST_PROBABILITY = 255 * 256 };

/// Scores or outputs as sums of products: those of high bytes, then those of low ones.
typedef int32_t ByteSums[2 * MOST_ROWS][PAGE_TOKENS];

/// Left sides, and right ones for the last dimensions where they are no multiple of 64.
static void shape_byte_registers(int32_t rows, int32_t dim) {
    TileShapes shapes = {0};
    for (int tile = 0; tile <= LEFT; tile++) shape_tile(&shapes, tile, 2 * rows, 64);
    shape_tile(&shapes, RIGHT, TILE, 64);
    if (dim % BYTE_DEPTH) {
        shape_tile(&shapes, HALF_LEFT, 2 * rows, dim % BYTE_DEPTH);
        shape_tile(&shapes, HALF_RIGHT, dim % BYTE_DEPTH / 4, 64);
    }
    _tile_loadconfig(&shapes);
}

// ---------------------------------------------------------------- numbers of 16 bits

/// The low bytes of 64 numbers in their order; a and b hold four vectors of numbers as packing leaves them, interleaved.
INLINE __m512i bytes_in_order(__m512i a, __m512i b) {
    const __m512i order = _mm512_set_epi32(15, 11, 7, 3, 14, 10, 6, 2, 13, 9, 5, 1, 12, 8, 4, 0), low = _mm512_set1_epi16(255);
    return _mm512_permutexvar_epi32(order, _mm512_packus_epi16(_mm512_and_si512(a, low), _mm512_and_si512(b, low)));
}

/// Signed numbers as 256 * high + low; both bytes are signed.
INLINE void store_signed_bytes(const __m512i x[4], uint8_t *high, uint8_t *low) {
    const __m512i a = _mm512_packs_epi32(x[0], x[1]), b = _mm512_packs_epi32(x[2], x[3]), half = _mm512_set1_epi16(128);
    _mm512_store_si512(low, bytes_in_order(a, b));
    _mm512_store_si512(high, bytes_in_order(_mm512_srli_epi16(_mm512_adds_epi16(a, half), 8),
                                            _mm512_srli_epi16(_mm512_adds_epi16(b, half), 8)));
}

/// The same of numbers without sign.
INLINE void store_unsigned_bytes(const __m512i x[4], uint8_t *high, uint8_t *low) {
    const __m512i a = _mm512_packus_epi32(x[0], x[1]), b = _mm512_packus_epi32(x[2], x[3]);
    _mm512_store_si512(low, bytes_in_order(a, b));
    _mm512_store_si512(high, bytes_in_order(_mm512_srli_epi16(a, 8), _mm512_srli_epi16(b, 8)));
}

/// 256 * high + low of one row's sums.
INLINE Lanes joined(const ByteSums sums, int32_t rows, int32_t row, int32_t place) {
    const __m512 high = _mm512_cvtepi32_ps(_mm512_load_si512(sums[row] + place));
    return _mm512_fmadd_ps(high, _mm512_set1_ps(256), _mm512_cvtepi32_ps(_mm512_load_si512(sums[rows + row] + place)));
}

// ---------------------------------------------------------------- queries

/// What one of 16 bits stands for in each row, with room for any turn.
static void set_steps(const AttentionBlock *block, float steps[MOST_ROWS]) {
    const int32_t dim = padded_dimension(block->shape->key_dim);
    for (int32_t r = 0; r < block->rows; r++) {
        __m512 largest = _mm512_set1_ps(1e-30f);
        for (int32_t e = 0; e < dim; e += LANES)
            largest = _mm512_max_ps(largest, _mm512_abs_ps(_mm512_loadu_ps(block->paired + (size_t)r * (size_t)dim + e)));
        steps[r] = _mm512_reduce_max_ps(largest) * (1.4142137f / LARGEST_QUERY);
    }
}

/// Turns the rows by the same angles, to left sides [d / 64][16][64], and sets what their scores start from.
static void place_byte_rows(const AttentionBlock *block, const PageView *view, const float *angles, const float steps[MOST_ROWS],
                            uint8_t *left, float *starts) {
    const float *centre = key_centre(view->keys);
    const int32_t dim = padded_dimension(block->shape->key_dim), pairs = angles ? block->shape->rotary_pairs : 0;
    for (int32_t r = 0; r < block->rows; r++) {
        const float *row = block->paired + (size_t)r * (size_t)dim;
        const __m512 inverse = _mm512_set1_ps(1 / steps[r]);
        __m512 start = _mm512_setzero_ps();
        for (int32_t first = 0; first < dim; first += BYTE_DEPTH) {
            __m512i x[4] = {_mm512_setzero_si512(), _mm512_setzero_si512(), _mm512_setzero_si512(), _mm512_setzero_si512()};
            UNROLLED for (int v = 0; v < 4; v++) {
                const int32_t place = first + v * LANES;
                if (place >= dim) break;
                const __m512 y = turned(row, angles, pairs, place);
                start = _mm512_fmadd_ps(y, _mm512_loadu_ps(centre + place), start);
                x[v] = _mm512_cvtps_epi32(_mm512_mul_ps(y, inverse));
            }
            uint8_t *high = left + (size_t)(first / BYTE_DEPTH) * TILE_BYTES + (size_t)r * BYTE_DEPTH;
            store_signed_bytes(x, high, high + (size_t)block->rows * BYTE_DEPTH);
        }
        starts[r] = _mm512_reduce_add_ps(start);
    }
}

// ---------------------------------------------------------------- products

/// Adds a left side times 64 keys to the sums in registers 0 to 3, less the offset of 128 that keys are stored with.
#define ADD_BYTE_SCORES(left_tile, right_tile, left, keys, ahead, lines)                                               \
    do {                                                                                                               \
        _tile_loadd(left_tile, left, BYTE_DEPTH);                                                                      \
        _tile_loadd(right_tile, offset, 0);                                                                            \
        _tile_dpbssd(0, left_tile, right_tile);                                                                        \
        _tile_dpbssd(1, left_tile, right_tile);                                                                        \
        _tile_dpbssd(2, left_tile, right_tile);                                                                        \
        _tile_dpbssd(3, left_tile, right_tile);                                                                        \
        LOAD_RIGHT(right_tile, keys, 4 * PAGE_TOKENS, ahead, lines);                                                   \
        _tile_dpbsud(0, left_tile, right_tile);                                                                        \
        LOAD_RIGHT(right_tile, keys + 64, 4 * PAGE_TOKENS, ahead, lines);                                              \
        _tile_dpbsud(1, left_tile, right_tile);                                                                        \
        LOAD_RIGHT(right_tile, keys + 128, 4 * PAGE_TOKENS, ahead, lines);                                             \
        _tile_dpbsud(2, left_tile, right_tile);                                                                        \
        LOAD_RIGHT(right_tile, keys + 192, 4 * PAGE_TOKENS, ahead, lines);                                             \
        _tile_dpbsud(3, left_tile, right_tile);                                                                        \
    } while (0)

INLINE void store_sums(ByteSums sums) {
    _tile_stored(0, sums[0], 4 * PAGE_TOKENS);
    _tile_stored(1, sums[0] + TILE, 4 * PAGE_TOKENS);
    _tile_stored(2, sums[0] + 2 * TILE, 4 * PAGE_TOKENS);
    _tile_stored(3, sums[0] + 3 * TILE, 4 * PAGE_TOKENS);
}

INLINE void clear_sums(void) {
    _tile_zero(0);
    _tile_zero(1);
    _tile_zero(2);
    _tile_zero(3);
}

static void byte_tile_scores(const uint8_t *left, const uint8_t *keys, int32_t dim, size_t ahead, ByteSums sums) {
    static const _Alignas(64) uint8_t offset[BYTE_DEPTH] = {[0 ... BYTE_DEPTH - 1] = 128};      // -128 as signed bytes
    clear_sums();
    for (; dim >= BYTE_DEPTH; dim -= BYTE_DEPTH, left += TILE_BYTES, keys += BYTE_DEPTH * PAGE_TOKENS)
        ADD_BYTE_SCORES(LEFT, RIGHT, left, keys, ahead, TILE);
    if (dim) ADD_BYTE_SCORES(HALF_LEFT, HALF_RIGHT, left, keys, ahead, dim / 4);
    store_sums(sums);
}

/// Sums of probabilities times four tiles of values or fewer.
static void byte_tile_values(int32_t tiles, const uint8_t *left, const uint8_t *values, int32_t dim, size_t ahead, ByteSums sums) {
    const size_t stride = (size_t)dim * 4;
    clear_sums();
    _tile_loadd(LEFT, left, BYTE_DEPTH);
    LOAD_RIGHT(RIGHT, values, stride, ahead, TILE);
    _tile_dpbusd(0, LEFT, RIGHT);
    if (tiles > 1) LOAD_RIGHT(RIGHT, values + 64, stride, ahead, TILE);
    if (tiles > 1) _tile_dpbusd(1, LEFT, RIGHT);
    if (tiles > 2) LOAD_RIGHT(RIGHT, values + 128, stride, ahead, TILE);
    if (tiles > 2) _tile_dpbusd(2, LEFT, RIGHT);
    if (tiles > 3) LOAD_RIGHT(RIGHT, values + 192, stride, ahead, TILE);
    if (tiles > 3) _tile_dpbusd(3, LEFT, RIGHT);
    store_sums(sums);
}

// ---------------------------------------------------------------- probabilities

/// Probabilities of one row in place of its scores, and their sum to the state.
INLINE void byte_row_softmax(const AttentionBlock *block, const PageView *view, int32_t row, Lanes s[SCORE_TILES]) {
    const float reference = block->reference[row];
    if (!is_shaped(block) && reference != -INFINITY) {
        Lanes y[SCORE_TILES];
        UNROLLED for (int v = 0; v < SCORE_TILES; v++) y[v] = quick_power_of_two(s[v] - splat(reference));
        const __m512 most = _mm512_max_ps(_mm512_max_ps(y[0], y[1]), _mm512_max_ps(y[2], y[3]));
        const Lanes total = (y[0] + y[1]) + (y[2] + y[3]);
        if (!_mm512_cmp_ps_mask(most, _mm512_set1_ps(256), _CMP_NLE_UQ) && !_mm512_cmp_ps_mask(total, total, _CMP_UNORD_Q)) {
            store(block->sum + (size_t)row * SUM_LANES, load(block->sum + (size_t)row * SUM_LANES) + total);
            UNROLLED for (int v = 0; v < SCORE_TILES; v++) s[v] = y[v];
            return;
        }
    }
    float scores[PAGE_TOKENS];
    UNROLLED for (int v = 0; v < SCORE_TILES; v++) store(scores + v * LANES, s[v]);
    row_softmax(block, view, row, UINT64_MAX, scores);
    UNROLLED for (int v = 0; v < SCORE_TILES; v++) s[v] = load(scores + v * LANES);
}

/// Scores of all rows to probabilities times the scales of the values, as a left side; what one of 16 bits stands for to `steps`.
static void byte_softmax(const AttentionBlock *block, const PageView *view, const ByteSums sums, const float query_steps[MOST_ROWS],
                         const float *starts, uint8_t left[2 * MOST_ROWS][BYTE_DEPTH], float steps[MOST_ROWS]) {
    const int32_t dim = padded_dimension(block->shape->key_dim), value_dim = padded_dimension(block->shape->value_dim);
    const uint16_t *key_scales = scales_after(key_elements(view->keys, dim), CACHE_Q8, dim);
    const uint16_t *value_scales = scales_after(view->values, CACHE_Q8, value_dim);
    for (int32_t r = 0; r < block->rows; r++) {
        Lanes p[SCORE_TILES];
        __m512i x[SCORE_TILES];
        UNROLLED for (int v = 0; v < SCORE_TILES; v++)
            p[v] = joined(sums, block->rows, r, v * LANES) * (load_bf16(key_scales + v * LANES) * splat(query_steps[r])) + splat(starts[r]);
        byte_row_softmax(block, view, r, p);
        UNROLLED for (int v = 0; v < SCORE_TILES; v++) p[v] *= load_bf16(value_scales + v * LANES);
        const float most = _mm512_reduce_max_ps(_mm512_max_ps(_mm512_max_ps(p[0], p[1]), _mm512_max_ps(p[2], p[3])));
        const float inverse = most > 0 ? LARGEST_PROBABILITY / most : 0;
        UNROLLED for (int v = 0; v < SCORE_TILES; v++) x[v] = _mm512_cvtps_epi32(p[v] * splat(inverse));
        store_unsigned_bytes(x, left[r], left[block->rows + r]);
        steps[r] = most / LARGEST_PROBABILITY;
    }
}

/// Whether a value is not a number, which its scale says.
static bool has_broken_value(const PageView *view, int32_t dim) {
    const uint16_t *scales = scales_after(view->values, CACHE_Q8, dim);
    bool broken = false;
    for (int32_t v = 0; v < PAGE_TOKENS; v += LANES) {
        const __m512 scale = load_bf16(scales + v);
        broken |= _mm512_cmp_ps_mask(scale, scale, _CMP_UNORD_Q) != 0;
    }
    return broken;
}

// ---------------------------------------------------------------- one page

static void score_byte_page(const AttentionBlock *block, const PageView *view, const float *angles, const float steps[MOST_ROWS],
                            int32_t turn, ByteSums sums) {
    const int32_t dim = padded_dimension(block->shape->key_dim);
    uint8_t *left = query_tile(block, turn * TILE);
    if (view->next_keys) fetch(view->next_keys, (size_t)dim * 4);
    if (view->next_keys) fetch(scales_after(key_elements(view->next_keys, dim), CACHE_Q8, dim), 2 * PAGE_TOKENS);
    place_byte_rows(block, view, angles, steps, left, starts_of_tile(block, turn * TILE));
    byte_tile_scores(left, key_elements(view->keys, dim), dim, bytes_ahead(view->keys, view->next_keys), sums);
}

static void finish_byte_page(const AttentionBlock *block, const PageView *view, const float query_steps[MOST_ROWS], int32_t turn,
                             ByteSums sums) {
    _Alignas(64) uint8_t left[2 * MOST_ROWS][BYTE_DEPTH];
    float steps[MOST_ROWS];
    const int32_t dim = padded_dimension(block->shape->value_dim);
    const size_t ahead = bytes_ahead(view->values, view->next_values);
    if (ahead) fetch(scales_after(view->next_values, CACHE_Q8, dim), 2 * PAGE_TOKENS);
    byte_softmax(block, view, sums, query_steps, starts_of_tile(block, turn * TILE), left, steps);
    for (int32_t first = 0; first < dim; first += 4 * TILE) {
        const int32_t tiles = dim - first < 4 * TILE ? (dim - first) / TILE : 4;
        byte_tile_values(tiles, left[0], (const uint8_t *)view->values + (size_t)first * 4, dim, ahead, sums);
        for (int32_t r = 0; r < block->rows; r++)
            for (int32_t v = 0; v < tiles * TILE; v += LANES) {
                float *to = block->out + (size_t)r * (size_t)dim + first + v;
                store(to, load(to) + joined(sums, block->rows, r, v) * splat(steps[r]));
            }
    }
    if (has_broken_value(view, dim)) for (int32_t r = 0; r < block->rows; r++) block->sum[(size_t)r * SUM_LANES] = NAN;
}

/// A run of pages of which all is seen. The products of a page are issued before the exponentials of the page before it.
static void byte_tile_run(const AttentionBlock *block, const PageView *views, int32_t count, const float *angles, size_t stride) {
    _Alignas(64) ByteSums sums[2];
    float steps[MOST_ROWS];
    set_steps(block, steps);
    shape_byte_registers(block->rows, padded_dimension(block->shape->key_dim));
    for (int32_t i = 0; i <= count; i++) {
        if (i < count) score_byte_page(block, views + i, angles ? angles + (size_t)i * stride : NULL, steps, i & 1, sums[i & 1]);
        if (i > 0) finish_byte_page(block, views + i - 1, steps, (i - 1) & 1, sums[(i - 1) & 1]);
    }
    _tile_release();
}
