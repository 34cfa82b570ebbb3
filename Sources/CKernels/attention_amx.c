// Attention by AMX tiles: pages in bf16 are right sides of tile products as they lie. Queries and probabilities are rounded to
// bf16, sums are f32; pages kept in f32 go the f32 way, and so do few rows, where memory is the limit.
//
// Sixteen rows are worked on at a time. Their scores start from the query's product with the page's centre, less the reference, so
// that the exponential needs no further preparation; it takes about as long as the tiles do, which is why the products of the next
// sixteen rows are issued before it.
#if defined(__x86_64__)
#include "tiles.h"
#pragma clang attribute push(TILE_KERNEL, apply_to = function)
#define LANES 16
#define COLUMNS 4
#include "attention_tile.h"
#include "attention_single.h"
#include "attention_avx512_bytes.h"
#include "attention_short_pages.h"
#include "attention_tables.h"

/// Tile registers: four for sums, a left and a right side, and the same for the last 16 dimensions where they are no multiple of 32.
enum { LEFT = 4, RIGHT = 5, HALF_LEFT = 6, HALF_RIGHT = 7, HALF_DEPTH = TILE_DEPTH / 2, SCORE_TILES = PAGE_TOKENS / TILE };

static void shape_registers(void) {
    TileShapes shapes = {0};
    for (int tile = 0; tile <= RIGHT; tile++) shape_tile(&shapes, tile, TILE, 64);
    shape_tile(&shapes, HALF_LEFT, TILE, 32);
    shape_tile(&shapes, HALF_RIGHT, TILE / 2, 64);
    _tile_loadconfig(&shapes);
}

// ---------------------------------------------------------------- queries

static size_t tile_count(int32_t rows) { return ((size_t)rows + TILE - 1) / TILE; }
static size_t depth_steps(int32_t dim) { return ((size_t)dim + TILE_DEPTH - 1) / TILE_DEPTH; }

/// Sixteen rows of queries: left sides of products [d / 32][16][32] in bf16, then [d][16] in f32.
static size_t query_tile_bytes(int32_t dim) { return depth_steps(dim) * TILE_BYTES + (size_t)dim * TILE * 4; }
static uint8_t *query_tile(const AttentionBlock *block, int32_t first) {
    return (uint8_t *)block->queries + (size_t)(first / TILE) * query_tile_bytes(padded_dimension(block->shape->key_dim));
}

static size_t tile_query_bytes(const PageShape *shape, int32_t rows) {
    const size_t tiles = tile_count(rows) * query_tile_bytes(padded_dimension(shape->key_dim)), floats = query_bytes(shape, rows);
    return tiles > floats ? tiles : floats;
}

/// Sixteen places of a row, from an even one on, turned by the angles [2][pairs] of their pairs; those beyond `pairs` stay.
INLINE __m512 turned(const float *row, const float *angles, int32_t pairs, int32_t place) {
    const __m512 x = _mm512_loadu_ps(row + place);
    const int32_t first = place / 2, count = pairs - first;
    if (count <= 0) return x;
    const __mmask16 turning = (__mmask16)(count >= 8 ? 0xff : (1 << count) - 1);
    const __m512i both = _mm512_set_epi32(7, 7, 6, 6, 5, 5, 4, 4, 3, 3, 2, 2, 1, 1, 0, 0);
    const __m512 c = _mm512_permutexvar_ps(both, _mm512_mask_loadu_ps(_mm512_set1_ps(1), turning, angles + first));
    const __m512 s = _mm512_permutexvar_ps(both, _mm512_maskz_loadu_ps(turning, angles + pairs + first));
    return _mm512_fmaddsub_ps(x, c, _mm512_mul_ps(_mm512_permute_ps(x, 0xb1), s));
}

static void place_tiles(const AttentionBlock *block, const float *angles, size_t stride) {
    const int32_t dim = padded_dimension(block->shape->key_dim), pairs = angles ? block->shape->rotary_pairs : 0;
    for (int32_t first = 0; first < block->rows; first += TILE) {
        uint8_t *shorts = query_tile(block, first);
        float *columns = (float *)(shorts + depth_steps(dim) * TILE_BYTES);
        memset(shorts, 0, depth_steps(dim) * TILE_BYTES);
        for (int32_t place = 0; place < dim; place += LANES) {
            __m512i rows[TILE];
            for (int32_t r = 0; r < TILE; r++) {
                const int32_t row = first + r;
                const float *own = angles ? angles + (size_t)(row / block->group) * stride : NULL;
                const __m512 x = row < block->rows ? turned(block->paired + (size_t)row * (size_t)dim, own, pairs, place) : _mm512_setzero_ps();
                rows[r] = (__m512i)x;
                _mm256_store_si256((__m256i *)(shorts + place / TILE_DEPTH * TILE_BYTES + r * 64 + place % TILE_DEPTH * 2),
                                   (__m256i)_mm512_cvtneps_pbh(x));
            }
            transpose16(rows);
            for (int32_t e = 0; e < LANES; e++) _mm512_store_si512(columns + (size_t)(place + e) * TILE, rows[e]);
        }
    }
}

// ---------------------------------------------------------------- scores

/// What the scores of sixteen rows begin with: query times centre, less `base`.
INLINE __m512 score_starts(const float *columns, int32_t dim, const float *centre, __m512 base) {
    __m512 sum[4] = {_mm512_sub_ps(_mm512_setzero_ps(), base), _mm512_setzero_ps(), _mm512_setzero_ps(), _mm512_setzero_ps()};
    for (int32_t e = 0; e < dim; e += 4)
        UNROLLED for (int k = 0; k < 4; k++)
            sum[k] = _mm512_fmadd_ps(_mm512_load_ps(columns + (size_t)(e + k) * TILE), _mm512_set1_ps(centre[e + k]), sum[k]);
    return _mm512_add_ps(_mm512_add_ps(sum[0], sum[1]), _mm512_add_ps(sum[2], sum[3]));
}

/// Scores [16][64] of the rows from `first` on, less `base`.
static void tile_scores(const AttentionBlock *block, const ShortPage *page, int32_t first, __m512 base, float scores[TILE][PAGE_TOKENS]) {
    const int32_t dim = padded_dimension(block->shape->key_dim);
    const uint8_t *queries = query_tile(block, first);
    const uint32_t *keys = page->keys;
    _Alignas(64) float starts[TILE], start[TILE][TILE];
    _mm512_store_ps(starts, score_starts((const float *)(queries + depth_steps(dim) * TILE_BYTES), dim, page->centre, base));
    UNROLLED for (int r = 0; r < TILE; r++) _mm512_store_ps(start[r], _mm512_set1_ps(starts[r]));
    _tile_loadd(0, start, 64);
    _tile_loadd(1, start, 64);
    _tile_loadd(2, start, 64);
    _tile_loadd(3, start, 64);
    const size_t key_stride = PAGE_TOKENS * 4;
    int32_t place = 0;
    for (; place + TILE_DEPTH <= dim; place += TILE_DEPTH, queries += TILE_BYTES, keys += (size_t)TILE * PAGE_TOKENS) {
        _tile_loadd(LEFT, queries, 64);
        _tile_loadd(RIGHT, keys, key_stride);
        _tile_dpbf16ps(0, LEFT, RIGHT);
        _tile_loadd(RIGHT, keys + TILE, key_stride);
        _tile_dpbf16ps(1, LEFT, RIGHT);
        _tile_loadd(RIGHT, keys + 2 * TILE, key_stride);
        _tile_dpbf16ps(2, LEFT, RIGHT);
        _tile_loadd(RIGHT, keys + 3 * TILE, key_stride);
        _tile_dpbf16ps(3, LEFT, RIGHT);
    }
    if (place < dim) {
        _tile_loadd(HALF_LEFT, queries, 64);
        _tile_loadd(HALF_RIGHT, keys, key_stride);
        _tile_dpbf16ps(0, HALF_LEFT, HALF_RIGHT);
        _tile_loadd(HALF_RIGHT, keys + TILE, key_stride);
        _tile_dpbf16ps(1, HALF_LEFT, HALF_RIGHT);
        _tile_loadd(HALF_RIGHT, keys + 2 * TILE, key_stride);
        _tile_dpbf16ps(2, HALF_LEFT, HALF_RIGHT);
        _tile_loadd(HALF_RIGHT, keys + 3 * TILE, key_stride);
        _tile_dpbf16ps(3, HALF_LEFT, HALF_RIGHT);
    }
    _tile_stored(0, scores[0], key_stride);
    _tile_stored(1, scores[0] + TILE, key_stride);
    _tile_stored(2, scores[0] + 2 * TILE, key_stride);
    _tile_stored(3, scores[0] + 3 * TILE, key_stride);
}

// ---------------------------------------------------------------- probabilities

/// 2^x with a relative error of 8e-5, for numbers that are rounded to bf16 next; 0 of minus infinity.
INLINE __m512 quick_power_of_two(__m512 x) {
    const __m512 f = _mm512_reduce_ps(x, _MM_FROUND_TO_NEG_INF | _MM_FROUND_NO_EXC);
    __m512 y = _mm512_fmadd_ps(_mm512_set1_ps(0.07802443f), f, _mm512_set1_ps(0.22606737f));
    y = _mm512_fmadd_ps(y, f, _mm512_set1_ps(0.69583342f));
    y = _mm512_fmadd_ps(y, f, _mm512_set1_ps(0.99992523f));
    return _mm512_scalef_ps(y, x);
}

/// Probabilities of the usual row, whose scores are less its reference already, as left sides of products [2][16][32]. Whether
/// none of them exceeds the reference by more than the headroom; if one does, or is not a number, nothing has happened.
INLINE bool quick_softmax(float *sum, uint64_t mask, const float scores[PAGE_TOKENS], uint8_t *probabilities) {
    __m512 y[SCORE_TILES];
    UNROLLED for (int v = 0; v < SCORE_TILES; v++)
        y[v] = quick_power_of_two(_mm512_mask_loadu_ps(_mm512_set1_ps(-INFINITY), (__mmask16)(mask >> (v * LANES)), scores + v * LANES));
    const __m512i low = pack_bf16(y[0], y[1]), high = pack_bf16(y[2], y[3]);
    const __m512i limit = _mm512_set1_epi16(0x4380);                    // 2^8, the headroom; all numbers here are positive
    if (_mm512_cmpgt_epu16_mask(_mm512_max_epu16(low, high), limit)) return false;
    _mm512_store_si512(probabilities, low);
    _mm512_store_si512(probabilities + TILE_BYTES, high);
    _mm512_store_ps(sum, _mm512_add_ps(_mm512_loadu_ps(sum), _mm512_add_ps(_mm512_add_ps(y[0], y[1]), _mm512_add_ps(y[2], y[3]))));
    return true;
}

/// What the scores of a row are less, where they need not be shaped: its reference, if it has one.
INLINE bool is_shaped(const AttentionBlock *block) { return block->soft_cap > 0 || block->slopes; }
INLINE __m512 score_base(const AttentionBlock *block, int32_t first) {
    const __m512 reference = _mm512_loadu_ps(block->reference + first), none = _mm512_set1_ps(-INFINITY);
    if (is_shaped(block)) return _mm512_setzero_ps();
    return _mm512_maskz_mov_ps(_mm512_cmp_ps_mask(reference, none, _CMP_NEQ_UQ), reference);
}

/// Scores of sixteen rows to probabilities.
static void tile_softmax(const AttentionBlock *block, const PageView *view, int32_t first, float scores[TILE][PAGE_TOKENS],
                         uint8_t probabilities[2][TILE][64]) {
    const bool shaped = is_shaped(block);
    for (int32_t r = 0; r < TILE; r++) {
        const int32_t row = first + r;
        const uint64_t mask = mask_of(block, view, row);
        const float reference = block->reference[row];
        if (!mask) {
            memset(probabilities[0][r], 0, 64);
            memset(probabilities[1][r], 0, 64);
            continue;
        }
        if (!shaped && reference != -INFINITY
            && quick_softmax(block->sum + (size_t)row * SUM_LANES, mask, scores[r], probabilities[0][r])) continue;
        if (!shaped && reference != -INFINITY)
            for (int v = 0; v < PAGE_TOKENS; v += LANES) store(scores[r] + v, load(scores[r] + v) + splat(reference));
        row_softmax(block, view, row, mask, scores[r]);
        for (int half = 0; half < 2; half++)
            _mm512_store_si512(probabilities[half][r], pack_bf16(_mm512_load_ps(scores[r] + half * TILE_DEPTH),
                                                                 _mm512_load_ps(scores[r] + half * TILE_DEPTH + LANES)));
    }
}

// ---------------------------------------------------------------- values

/// out [16][d] += probabilities * values, for V tiles of columns.
INLINE void add_tile_columns(const int V, int32_t dim, const uint8_t probabilities[2][TILE][64], const uint32_t *values, float *out) {
    const size_t stride = (size_t)dim * 4;
    _tile_loadd(0, out, stride);
    if (V > 1) _tile_loadd(1, out + TILE, stride);
    if (V > 2) _tile_loadd(2, out + 2 * TILE, stride);
    if (V > 3) _tile_loadd(3, out + 3 * TILE, stride);
    for (int half = 0; half < 2; half++, values += (size_t)TILE * (size_t)dim) {
        _tile_loadd(LEFT, probabilities[half], 64);
        _tile_loadd(RIGHT, values, stride);
        _tile_dpbf16ps(0, LEFT, RIGHT);
        if (V > 1) _tile_loadd(RIGHT, values + TILE, stride);
        if (V > 1) _tile_dpbf16ps(1, LEFT, RIGHT);
        if (V > 2) _tile_loadd(RIGHT, values + 2 * TILE, stride);
        if (V > 2) _tile_dpbf16ps(2, LEFT, RIGHT);
        if (V > 3) _tile_loadd(RIGHT, values + 3 * TILE, stride);
        if (V > 3) _tile_dpbf16ps(3, LEFT, RIGHT);
    }
    _tile_stored(0, out, stride);
    if (V > 1) _tile_stored(1, out + TILE, stride);
    if (V > 2) _tile_stored(2, out + 2 * TILE, stride);
    if (V > 3) _tile_stored(3, out + 3 * TILE, stride);
}

static void add_tile_values(const AttentionBlock *block, const ShortPage *page, int32_t first, const uint8_t probabilities[2][TILE][64]) {
    const int32_t dim = padded_dimension(block->shape->value_dim);
    float *out = block->out + (size_t)first * (size_t)dim;
    int32_t column = 0;
    for (; column + 4 * TILE <= dim; column += 4 * TILE) add_tile_columns(4, dim, probabilities, page->values + column, out + column);
    switch ((dim - column) / TILE) {
        case 1: add_tile_columns(1, dim, probabilities, page->values + column, out + column); break;
        case 2: add_tile_columns(2, dim, probabilities, page->values + column, out + column); break;
        case 3: add_tile_columns(3, dim, probabilities, page->values + column, out + column); break;
        default: break;
    }
}

// ---------------------------------------------------------------- one page

/// Whether any of sixteen rows sees anything.
INLINE bool tile_sees(const AttentionBlock *block, const PageView *view, int32_t first) {
    uint64_t any = !view->masks;
    for (int32_t row = first; view->masks && row < first + TILE && row < block->rows; row++) any |= view->masks[row];
    return any != 0;
}

static void finish_tile(const AttentionBlock *block, const PageView *view, const ShortPage *page, int32_t first,
                        float scores[TILE][PAGE_TOKENS]) {
    _Alignas(64) uint8_t probabilities[2][TILE][64];
    tile_softmax(block, view, first, scores, probabilities);
    add_tile_values(block, page, first, probabilities);
}

static void short_tile_page(const AttentionBlock *block, const PageView *view) {
    _Alignas(64) float scores[2][TILE][PAGE_TOKENS];
    const ShortPage page = load_short_page(block, view);
    int32_t waiting = -1, turn = 0;
    shape_registers();
    for (int32_t first = 0; first < block->rows; first += TILE) {
        if (!tile_sees(block, view, first)) continue;
        tile_scores(block, &page, first, score_base(block, first), scores[turn]);
        turn ^= 1;
        if (waiting >= 0) finish_tile(block, view, &page, waiting, scores[turn]);
        waiting = first;
    }
    if (waiting >= 0) finish_tile(block, view, &page, waiting, scores[turn ^ 1]);
    _tile_release();
    if (page.broken) spoil_rows(block, view, page.broken);
}

static void short_tile_mass(const AttentionBlock *block, const PageView *view, const float *log_sum, float *masses) {
    _Alignas(64) float scores[TILE][PAGE_TOKENS];
    const ShortPage page = load_short_page(block, view);
    shape_registers();
    for (int32_t first = 0; first < block->rows; first += TILE) {
        if (!tile_sees(block, view, first)) continue;
        tile_scores(block, &page, first, _mm512_setzero_ps(), scores);
        add_masses(block, view, first, TILE, scores, log_sum, masses);
    }
    _tile_release();
}

static void place_tiles_or_f32(const AttentionBlock *block, const float *angles, size_t stride) {
    if (keeps_f32(block)) place_rows(block, angles, stride);
    else place_tiles(block, angles, stride);
}
static void tile_page(const AttentionBlock *block, const PageView *view) {
    if (keeps_f32(block)) attend_page(block, view);
    else short_tile_page(block, view);
}
static void tile_mass(const AttentionBlock *block, const PageView *view, const float *log_sum, float *masses) {
    if (keeps_f32(block)) page_mass(block, view, log_sum, masses);
    else short_tile_mass(block, view, log_sum, masses);
}

const AttentionKernels attention_amx = {
    .name = "amx", .family = KERNELS_AMX, .room_bytes = short_room_bytes, .query_bytes = tile_query_bytes,
    .place = place_tiles_or_f32, .page = tile_page, .single = attend_few_bytes, .mass = tile_mass,
};
#pragma clang attribute pop
#endif
