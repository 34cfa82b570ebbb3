// Attention by AMX tiles: pages in bf16 are right sides of tile products as they lie. Queries and probabilities are rounded to
// bf16, sums are f32; pages kept in f32 go the f32 way.
//
// Sixteen rows are worked on at a time. Their exponentials take about as long as the tiles do, which is why the products of the
// next sixteen rows are issued before them. The rows of a single token are turned themselves, page by page, and pages are read
// once from memory: there the next page is fetched while the tiles work on this one.
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

/// Sums and left sides of so many rows.
static void shape_registers(int rows) {
    TileShapes shapes = {0};
    for (int tile = 0; tile <= LEFT; tile++) shape_tile(&shapes, tile, rows, 64);
    shape_tile(&shapes, RIGHT, TILE, 64);
    shape_tile(&shapes, HALF_LEFT, rows, 32);
    shape_tile(&shapes, HALF_RIGHT, TILE / 2, 64);
    _tile_loadconfig(&shapes);
}

/// How far behind this page the next one lies; 0: nothing is to be fetched.
INLINE size_t bytes_ahead(const void *page, const void *next) { return next ? (size_t)((uintptr_t)next - (uintptr_t)page) : 0; }

/// Asks for a run of bytes that begins with a cache line.
INLINE void fetch(const void *from, size_t bytes) {
    for (size_t i = 0; i < bytes; i += 64) _mm_prefetch((const char *)from + i, _MM_HINT_T1);
}

// ---------------------------------------------------------------- queries

static size_t tile_count(int32_t rows) { return ((size_t)rows + TILE - 1) / TILE; }
static size_t depth_steps(int32_t dim) { return ((size_t)dim + TILE_DEPTH - 1) / TILE_DEPTH; }

/// Sixteen rows of queries: left sides of products [d / 32][16][32] in bf16, then [d][16] in f32, then [16] that scores start from.
static size_t short_query_bytes(int32_t dim) { return depth_steps(dim) * TILE_BYTES; }
static size_t query_tile_bytes(int32_t dim) { return short_query_bytes(dim) + ((size_t)dim + 1) * TILE * 4; }
static uint8_t *query_tile(const AttentionBlock *block, int32_t first) {
    return (uint8_t *)block->queries + (size_t)(first / TILE) * query_tile_bytes(padded_dimension(block->shape->key_dim));
}
static float *starts_of_tile(const AttentionBlock *block, int32_t first) {
    return (float *)(query_tile(block, first + TILE) - TILE * 4);
}

/// Two tiles even for few rows: those of a page, and those of the page before it.
static size_t tile_query_bytes(const PageShape *shape, int32_t rows) {
    const size_t tiles = rows > TILE ? tile_count(rows) : 2;
    const size_t shorts = tiles * query_tile_bytes(padded_dimension(shape->key_dim)), floats = query_bytes(shape, rows);
    return shorts > floats ? shorts : floats;
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

INLINE void store_short_row(uint8_t *shorts, int32_t row, int32_t place, __m512 x) {
    _mm256_store_si256((__m256i *)(shorts + place / TILE_DEPTH * TILE_BYTES + row * 64 + place % TILE_DEPTH * 2),
                       (__m256i)_mm512_cvtneps_pbh(x));
}

static void place_tiles(const AttentionBlock *block, const float *angles, size_t stride) {
    const int32_t dim = padded_dimension(block->shape->key_dim), pairs = angles ? block->shape->rotary_pairs : 0;
    for (int32_t first = 0; first < block->rows; first += TILE) {
        uint8_t *shorts = query_tile(block, first);
        float *columns = (float *)(shorts + short_query_bytes(dim));
        for (int32_t place = 0; place < dim; place += LANES) {
            __m512i rows[TILE];
            for (int32_t r = 0; r < TILE; r++) {
                const int32_t row = first + r;
                const float *own = angles ? angles + (size_t)(row / block->group) * stride : NULL;
                const __m512 x = row < block->rows ? turned(block->paired + (size_t)row * (size_t)dim, own, pairs, place) : _mm512_setzero_ps();
                rows[r] = (__m512i)x;
                store_short_row(shorts, r, place, x);
            }
            transpose16(rows);
            for (int32_t e = 0; e < LANES; e++) _mm512_store_si512(columns + (size_t)(place + e) * TILE, rows[e]);
        }
    }
}

/// Query times centre, for all rows: what their scores start from.
static void set_starts(const AttentionBlock *block, const float *centre) {
    const int32_t dim = padded_dimension(block->shape->key_dim);
    for (int32_t first = 0; first < block->rows; first += TILE) {
        const float *columns = (const float *)(query_tile(block, first) + short_query_bytes(dim));
        __m512 sum[4] = {_mm512_setzero_ps(), _mm512_setzero_ps(), _mm512_setzero_ps(), _mm512_setzero_ps()};
        for (int32_t e = 0; e < dim; e += 4)
            UNROLLED for (int k = 0; k < 4; k++)
                sum[k] = _mm512_fmadd_ps(_mm512_load_ps(columns + (size_t)(e + k) * TILE), _mm512_set1_ps(centre[e + k]), sum[k]);
        _mm512_store_ps(starts_of_tile(block, first), _mm512_add_ps(_mm512_add_ps(sum[0], sum[1]), _mm512_add_ps(sum[2], sum[3])));
    }
}

// ---------------------------------------------------------------- products

/// A right side, and a request for the one `ahead` bytes behind it (0: none).
#define LOAD_RIGHT(tile, from, stride, ahead, lines)                                                                   \
    do {                                                                                                               \
        _tile_loadd(tile, from, stride);                                                                               \
        if (ahead) fetch_rows((const uint8_t *)(from) + (ahead), stride, lines);                                       \
    } while (0)

INLINE void fetch_rows(const uint8_t *from, size_t stride, int rows) {
    for (int r = 0; r < rows; r++) _mm_prefetch((const char *)from + (size_t)r * stride, _MM_HINT_T1);
}

/// Scores [16][64] of the rows of a query tile, but for their starts.
static void tile_scores(const uint8_t *queries, const uint32_t *keys, int32_t dim, size_t ahead, float scores[TILE][PAGE_TOKENS]) {
    const size_t stride = PAGE_TOKENS * 4;
    _tile_zero(0);
    _tile_zero(1);
    _tile_zero(2);
    _tile_zero(3);
    int32_t place = 0;
    for (; place + TILE_DEPTH <= dim; place += TILE_DEPTH, queries += TILE_BYTES, keys += (size_t)TILE * PAGE_TOKENS) {
        _tile_loadd(LEFT, queries, 64);
        LOAD_RIGHT(RIGHT, keys, stride, ahead, TILE);
        _tile_dpbf16ps(0, LEFT, RIGHT);
        LOAD_RIGHT(RIGHT, keys + TILE, stride, ahead, TILE);
        _tile_dpbf16ps(1, LEFT, RIGHT);
        LOAD_RIGHT(RIGHT, keys + 2 * TILE, stride, ahead, TILE);
        _tile_dpbf16ps(2, LEFT, RIGHT);
        LOAD_RIGHT(RIGHT, keys + 3 * TILE, stride, ahead, TILE);
        _tile_dpbf16ps(3, LEFT, RIGHT);
    }
    if (place < dim) {
        _tile_loadd(HALF_LEFT, queries, 64);
        LOAD_RIGHT(HALF_RIGHT, keys, stride, ahead, TILE / 2);
        _tile_dpbf16ps(0, HALF_LEFT, HALF_RIGHT);
        LOAD_RIGHT(HALF_RIGHT, keys + TILE, stride, ahead, TILE / 2);
        _tile_dpbf16ps(1, HALF_LEFT, HALF_RIGHT);
        LOAD_RIGHT(HALF_RIGHT, keys + 2 * TILE, stride, ahead, TILE / 2);
        _tile_dpbf16ps(2, HALF_LEFT, HALF_RIGHT);
        LOAD_RIGHT(HALF_RIGHT, keys + 3 * TILE, stride, ahead, TILE / 2);
        _tile_dpbf16ps(3, HALF_LEFT, HALF_RIGHT);
    }
    _tile_stored(0, scores[0], stride);
    _tile_stored(1, scores[0] + TILE, stride);
    _tile_stored(2, scores[0] + 2 * TILE, stride);
    _tile_stored(3, scores[0] + 3 * TILE, stride);
}

/// out [16][d] += probabilities * values, for V tiles of columns.
INLINE void add_tile_columns(const int V, int32_t dim, const uint8_t probabilities[2][TILE][64], const uint32_t *values, size_t ahead,
                             float *out) {
    const size_t stride = (size_t)dim * 4;
    _tile_loadd(0, out, stride);
    if (V > 1) _tile_loadd(1, out + TILE, stride);
    if (V > 2) _tile_loadd(2, out + 2 * TILE, stride);
    if (V > 3) _tile_loadd(3, out + 3 * TILE, stride);
    for (int half = 0; half < 2; half++, values += (size_t)TILE * (size_t)dim) {
        _tile_loadd(LEFT, probabilities[half], 64);
        LOAD_RIGHT(RIGHT, values, stride, ahead, TILE);
        _tile_dpbf16ps(0, LEFT, RIGHT);
        if (V > 1) LOAD_RIGHT(RIGHT, values + TILE, stride, ahead, TILE);
        if (V > 1) _tile_dpbf16ps(1, LEFT, RIGHT);
        if (V > 2) LOAD_RIGHT(RIGHT, values + 2 * TILE, stride, ahead, TILE);
        if (V > 2) _tile_dpbf16ps(2, LEFT, RIGHT);
        if (V > 3) LOAD_RIGHT(RIGHT, values + 3 * TILE, stride, ahead, TILE);
        if (V > 3) _tile_dpbf16ps(3, LEFT, RIGHT);
    }
    _tile_stored(0, out, stride);
    if (V > 1) _tile_stored(1, out + TILE, stride);
    if (V > 2) _tile_stored(2, out + 2 * TILE, stride);
    if (V > 3) _tile_stored(3, out + 3 * TILE, stride);
}

static void add_tile_values(int32_t dim, const uint8_t probabilities[2][TILE][64], const uint32_t *values, size_t ahead, float *out) {
    int32_t left = dim / TILE;
    for (; left >= 4; left -= 4, values += 4 * TILE, out += 4 * TILE) add_tile_columns(4, dim, probabilities, values, ahead, out);
    switch (left) {
        case 1: add_tile_columns(1, dim, probabilities, values, ahead, out); break;
        case 2: add_tile_columns(2, dim, probabilities, values, ahead, out); break;
        case 3: add_tile_columns(3, dim, probabilities, values, ahead, out); break;
        default: break;
    }
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

/// Probabilities of the usual row as left sides of products [2][16][32], given its scores and what is to be added to them. Whether
/// none of them exceeds the reference by more than the headroom; if one does, or is not a number, nothing has happened.
INLINE bool quick_softmax(float *sum, uint64_t mask, float start, const float scores[PAGE_TOKENS], uint8_t *probabilities) {
    __m512 y[SCORE_TILES];
    UNROLLED for (int v = 0; v < SCORE_TILES; v++)
        y[v] = quick_power_of_two(_mm512_mask_add_ps(_mm512_set1_ps(-INFINITY), (__mmask16)(mask >> (v * LANES)),
                                                     _mm512_load_ps(scores + v * LANES), _mm512_set1_ps(start)));
    const __m512i low = pack_bf16(y[0], y[1]), high = pack_bf16(y[2], y[3]);
    const __m512i limit = _mm512_set1_epi16(0x4380);                    // 2^8, the headroom; all numbers here are positive
    if (_mm512_cmpgt_epu16_mask(_mm512_max_epu16(low, high), limit)) return false;
    _mm512_store_si512(probabilities, low);
    _mm512_store_si512(probabilities + TILE_BYTES, high);
    _mm512_storeu_ps(sum, _mm512_add_ps(_mm512_loadu_ps(sum), _mm512_add_ps(_mm512_add_ps(y[0], y[1]), _mm512_add_ps(y[2], y[3]))));
    return true;
}

/// The same of any row: one that has no reference yet or needs a higher one, or whose scores are capped or biased.
static void careful_softmax(const AttentionBlock *block, const PageView *view, int32_t row, uint64_t mask, float start,
                            float scores[PAGE_TOKENS], uint8_t *probabilities) {
    for (int v = 0; v < PAGE_TOKENS; v += LANES) store(scores + v, load(scores + v) + splat(start));
    row_softmax(block, view, row, mask, scores);
    for (int half = 0; half < 2; half++)
        _mm512_store_si512(probabilities + half * TILE_BYTES, pack_bf16(_mm512_load_ps(scores + half * TILE_DEPTH),
                                                                        _mm512_load_ps(scores + half * TILE_DEPTH + LANES)));
}

/// Scores of so many rows of a tile to probabilities.
INLINE void tile_softmax(const AttentionBlock *block, const PageView *view, int32_t first, int32_t rows, const float *starts,
                         float scores[TILE][PAGE_TOKENS], uint8_t probabilities[2][TILE][64]) {
    const bool shaped = is_shaped(block);
    for (int32_t r = 0; r < rows; r++) {
        const int32_t row = first + r;
        const uint64_t mask = mask_of(block, view, row);
        const float reference = block->reference[row];
        if (!mask) {
            memset(probabilities[0][r], 0, 64);
            memset(probabilities[1][r], 0, 64);
        } else if (shaped || reference == -INFINITY
                   || !quick_softmax(block->sum + (size_t)row * SUM_LANES, mask, starts[r] - reference, scores[r], probabilities[0][r])) {
            careful_softmax(block, view, row, mask, starts[r], scores[r], probabilities[0][r]);
        }
    }
}

// ---------------------------------------------------------------- one page

/// Whether any row of a tile sees anything.
INLINE bool tile_sees(const AttentionBlock *block, const PageView *view, int32_t first) {
    uint64_t any = !view->masks;
    for (int32_t row = first; view->masks && row < first + TILE && row < block->rows; row++) any |= view->masks[row];
    return any != 0;
}

static void score_tile(const AttentionBlock *block, const PageView *view, const ShortPage *page, int32_t first,
                       float scores[TILE][PAGE_TOKENS]) {
    tile_scores(query_tile(block, first), page->keys, padded_dimension(block->shape->key_dim), 0, scores);
}

static void finish_tile(const AttentionBlock *block, const PageView *view, const ShortPage *page, int32_t first,
                        float scores[TILE][PAGE_TOKENS]) {
    _Alignas(64) uint8_t probabilities[2][TILE][64];
    const int32_t dim = padded_dimension(block->shape->value_dim);
    tile_softmax(block, view, first, TILE, starts_of_tile(block, first), scores, probabilities);
    add_tile_values(dim, probabilities, page->values, 0, block->out + (size_t)first * (size_t)dim);
}

static void short_tile_page(const AttentionBlock *block, const PageView *view) {
    _Alignas(64) float scores[2][TILE][PAGE_TOKENS];
    const ShortPage page = load_short_page(block, view);
    int32_t waiting = -1, turn = 0;
    set_starts(block, page.centre);
    shape_registers(TILE);
    for (int32_t first = 0; first < block->rows; first += TILE) {
        if (!tile_sees(block, view, first)) continue;
        score_tile(block, view, &page, first, scores[turn]);
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
    set_starts(block, page.centre);
    shape_registers(TILE);
    for (int32_t first = 0; first < block->rows; first += TILE) {
        if (!tile_sees(block, view, first)) continue;
        score_tile(block, view, &page, first, scores);
        for (int32_t r = 0; r < TILE; r++)
            for (int32_t v = 0; v < PAGE_TOKENS; v += LANES) store(scores[r] + v, load(scores[r] + v) + splat(starts_of_tile(block, first)[r]));
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

#include "attention_amx_bytes.h"
#include "attention_amx_few.h"

const AttentionKernels attention_amx = {
    .name = "amx", .family = KERNELS_AMX, .room_bytes = short_room_bytes, .query_bytes = tile_query_bytes,
    .place = place_tiles_or_f32, .page = tile_page, .few = attend_few_tiles, .mass = tile_mass,
};
#pragma clang attribute pop
#endif
