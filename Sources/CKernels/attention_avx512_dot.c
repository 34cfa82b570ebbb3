// Attention with the bf16 dot product of AVX-512, for processors on which it is twice as fast as f32 (Zen 4 and later, not
// Sapphire Rapids): pages are brought to bf16, queries and probabilities rounded to it, sums are f32. Few rows go the f32 way,
// where memory is the limit.
#if defined(__x86_64__)
#include "avx512.h"
#pragma clang attribute push(KERNEL, apply_to = function)
#define LANES 16
#define COLUMNS 4
#include "attention_tile.h"
#include "attention_single.h"
#include "attention_avx512_bytes.h"
#include "attention_tables.h"

/// A page in bf16: keys [d/2][64][2] less the centre, values [32][d][2].
typedef struct {
    const uint32_t *keys, *values;
    const float *centre;             // [d], turned like the keys
} DotTile;

/// Where the parts of a block's room lie: the f32 tile, its bf16 form, the centre.
typedef struct { float *keys, *values; uint32_t *short_keys, *short_values; float *centre; } DotRoom;

static DotRoom dot_room(const AttentionBlock *block) {
    const size_t keys = (size_t)padded_dimension(block->shape->key_dim) * PAGE_TOKENS;
    const size_t values = (size_t)padded_dimension(block->shape->value_dim) * PAGE_TOKENS;
    float *floats = block->room;
    uint32_t *words = (uint32_t *)(floats + keys + values);
    return (DotRoom){floats, floats + keys, words, words + keys / 2, (float *)(words + keys / 2 + values / 2)};
}

static size_t dot_room_bytes(const PageShape *shape) { return room_bytes(shape) / 2 * 3 + (size_t)padded_dimension(shape->key_dim) * 4; }

/// Rows [2 n][columns] of f32 to pairs [n][columns][2].
static void pack_pairs(int32_t rows, int32_t columns, const float *from, uint32_t *to) {
    for (int32_t r = 0; r < rows; r += 2, from += 2 * (size_t)columns, to += columns) {
        for (int32_t c = 0; c < columns; c += LANES) {
            __m512i low = _mm512_cvtepu16_epi32((__m256i)_mm512_cvtneps_pbh(_mm512_loadu_ps(from + c)));
            __m512i high = _mm512_cvtepu16_epi32((__m256i)_mm512_cvtneps_pbh(_mm512_loadu_ps(from + columns + c)));
            _mm512_storeu_si512(to + c, _mm512_or_si512(low, _mm512_slli_epi32(high, 16)));
        }
    }
}

/// The centre as the keys are turned; where every slot turns differently, the keys get it back before and it is zero here.
static void turn_centre(const PageShape *shape, const PageView *view, float *centre) {
    const int32_t dim = padded_dimension(shape->key_dim);
    memcpy(centre, key_centre(view->keys), (size_t)dim * 4);
    if (view->slot_rotation) memset(centre, 0, (size_t)dim * 4);
    if (view->slot_rotation || !view->rotation) return;
    for (int32_t i = 0; i < shape->rotary_pairs; i++) {
        float x = centre[2 * i], y = centre[2 * i + 1], c = view->rotation[i], s = view->rotation[shape->rotary_pairs + i];
        centre[2 * i] = x * c - y * s;
        centre[2 * i + 1] = x * s + y * c;
    }
}

/// Takes a turned centre off the f32 keys [d][64].
static void subtract_centre(int32_t dim, const float *centre, float *keys) {
    for (int32_t e = 0; e < dim; e++)
        for (int32_t slot = 0; slot < PAGE_TOKENS; slot += LANES)
            store(keys + (size_t)e * PAGE_TOKENS + slot, load(keys + (size_t)e * PAGE_TOKENS + slot) - splat(centre[e]));
}

static DotTile load_tile(const AttentionBlock *block, const PageView *view, uint64_t *broken) {
    const PageShape *shape = block->shape;
    const int32_t key_dim = padded_dimension(shape->key_dim), value_dim = padded_dimension(shape->value_dim);
    const DotRoom room = dot_room(block);
    DotTile tile = {room.short_keys, room.short_values, room.centre};
    turn_centre(shape, view, room.centre);
    if (shape->key_type == CACHE_BF16 && !view->rotation && !view->slot_rotation) {
        tile.keys = (const uint32_t *)key_elements(view->keys, key_dim);
    } else {
        load_keys(shape, view, room.keys);
        subtract_centre(key_dim, room.centre, room.keys);
        pack_pairs(key_dim, PAGE_TOKENS, room.keys, room.short_keys);
    }
    *broken = 0;
    if (shape->value_type == CACHE_BF16 && !view->masks) {
        tile.values = view->values;
    } else {
        load_values(shape, view, room.values);
        if (view->masks) *broken = clear_broken_values(value_dim, room.values);
        pack_pairs(PAGE_TOKENS, value_dim, room.values, room.short_values);
    }
    return tile;
}

/// The rows in f32 [rows][d], then in groups of bf16 pairs [d/2][6].
static size_t dot_query_bytes(const PageShape *shape, int32_t rows) { return query_bytes(shape, rows) / 2 * 3; }
static uint32_t *packed_queries(const AttentionBlock *block) {
    return (uint32_t *)((uint8_t *)block->queries + query_bytes(block->shape, block->rows));
}

static void place_pairs(const AttentionBlock *block, const float *angles, size_t stride) {
    const int32_t dim = padded_dimension(block->shape->key_dim), pairs = block->shape->rotary_pairs;
    uint32_t *packed = packed_queries(block);
    memset(packed, 0, query_bytes(block->shape, block->rows) / 2);
    for (int32_t r = 0; r < block->rows; r++) {
        const float *from = block->paired + (size_t)r * (size_t)dim;
        const float *turn = angles ? angles + (size_t)(r / block->group) * stride : NULL;
        float *row = (float *)block->queries + (size_t)r * (size_t)dim;
        uint32_t *to = packed + (size_t)(r / GROUP) * GROUP * (size_t)(dim / 2) + r % GROUP;
        for (int32_t i = 0; i < dim / 2; i++) {
            float x = from[2 * i], y = from[2 * i + 1];
            float c = turn && i < pairs ? turn[i] : 1, s = turn && i < pairs ? turn[pairs + i] : 0;
            row[2 * i] = x * c - y * s;
            row[2 * i + 1] = x * s + y * c;
            to[i * GROUP] = page_to_bf16(row[2 * i]) | (uint32_t)page_to_bf16(row[2 * i + 1]) << 16;
        }
    }
}

INLINE void dot_scores(const AttentionBlock *block, const DotTile *tile, int32_t first, float scores[GROUP][PAGE_TOKENS]) {
    const int32_t dim = padded_dimension(block->shape->key_dim);
    __m512 acc[MAX_ROWS][MAX_VECTORS];
    UNROLLED for (int r = 0; r < GROUP; r++) {
        const int32_t row = first + r < block->rows ? first + r : block->rows - 1;      // padding rows: any will do
        Lanes start = splat(0);
        const float *query = (const float *)block->queries + (size_t)row * (size_t)dim;
        for (int32_t e = 0; e < dim; e += LANES) start += load(query + e) * load(tile->centre + e);
        const __m512 all = _mm512_set1_ps(lane_sum(start));
        UNROLLED for (int v = 0; v < COLUMNS; v++) acc[r][v] = all;
    }
    const uint32_t *queries = packed_queries(block) + (size_t)first * (size_t)(dim / 2);
    bf16_tile(GROUP, COLUMNS, dim / 2, queries, 1, GROUP, tile->keys, PAGE_TOKENS, 0, acc);
    UNROLLED for (int r = 0; r < GROUP; r++)
        UNROLLED for (int v = 0; v < COLUMNS; v++) _mm512_store_ps(scores[r] + LANES * v, acc[r][v]);
}

INLINE void add_dot_values(const int V, int32_t dim, int32_t first, uint32_t probabilities[GROUP][PAGE_TOKENS / 2],
                           const uint32_t *values, float *out) {
    __m512 acc[MAX_ROWS][MAX_VECTORS];
    UNROLLED for (int r = 0; r < GROUP; r++)
        UNROLLED for (int v = 0; v < V; v++) acc[r][v] = _mm512_loadu_ps(out + (size_t)r * (size_t)dim + first + LANES * v);
    bf16_tile(GROUP, V, PAGE_TOKENS / 2, probabilities[0], PAGE_TOKENS / 2, 1, values + first, (size_t)dim, 0, acc);
    UNROLLED for (int r = 0; r < GROUP; r++)
        UNROLLED for (int v = 0; v < V; v++) _mm512_storeu_ps(out + (size_t)r * (size_t)dim + first + LANES * v, acc[r][v]);
}

static void dot_group(const AttentionBlock *block, const PageView *view, const DotTile *tile, int32_t first, const uint64_t masks[GROUP]) {
    _Alignas(64) float scores[GROUP][PAGE_TOKENS];
    _Alignas(64) uint32_t probabilities[GROUP][PAGE_TOKENS / 2];
    const int32_t dim = padded_dimension(block->shape->value_dim);
    dot_scores(block, tile, first, scores);
    for (int r = 0; r < GROUP; r++) {
        if (masks[r]) row_softmax(block, view, first + r, masks[r], scores[r]);
        else memset(scores[r], 0, sizeof scores[r]);
        for (int half = 0; half < PAGE_TOKENS; half += 2 * LANES)
            _mm512_store_si512(probabilities[r] + half / 2,
                               pack_bf16(_mm512_load_ps(scores[r] + half), _mm512_load_ps(scores[r] + half + LANES)));
    }
    float *out = block->out + (size_t)first * (size_t)dim;
    int32_t column = 0;
    for (; column + COLUMNS * LANES <= dim; column += COLUMNS * LANES)
        add_dot_values(COLUMNS, dim, column, probabilities, tile->values, out);
    for (; column < dim; column += LANES) add_dot_values(1, dim, column, probabilities, tile->values, out);
}

static void dot_page(const AttentionBlock *block, const PageView *view) {
    uint64_t broken;
    const DotTile tile = load_tile(block, view, &broken);
    for (int32_t first = 0; first < block->rows; first += GROUP) {
        uint64_t masks[GROUP];
        if (group_masks(block, view, first, masks)) dot_group(block, view, &tile, first, masks);
    }
    if (broken) spoil_rows(block, view, broken);
}

/// Keys and values in f32 keep their precision.
static bool keeps_f32(const AttentionBlock *block) { return block->shape->key_type == CACHE_F32 || block->shape->value_type == CACHE_F32; }
static void place_either(const AttentionBlock *block, const float *angles, size_t stride) {
    if (keeps_f32(block)) place_rows(block, angles, stride);
    else place_pairs(block, angles, stride);
}
static void page_either(const AttentionBlock *block, const PageView *view) {
    if (keeps_f32(block)) attend_page(block, view);
    else dot_page(block, view);
}
static void dot_mass(const AttentionBlock *block, const PageView *view, const float *log_sum, float *masses) {
    uint64_t broken;
    const DotTile tile = load_tile(block, view, &broken);
    for (int32_t first = 0; first < block->rows; first += GROUP) {
        uint64_t row_masks[GROUP];
        _Alignas(64) float scores[GROUP][PAGE_TOKENS];
        if (!group_masks(block, view, first, row_masks)) continue;
        dot_scores(block, &tile, first, scores);
        add_masses(block, view, first, row_masks, scores, log_sum, masses);
    }
}
static void mass_either(const AttentionBlock *block, const PageView *view, const float *log_sum, float *masses) {
    if (keeps_f32(block)) page_mass(block, view, log_sum, masses);
    else dot_mass(block, view, log_sum, masses);
}

const AttentionKernels attention_avx512_dot = {
    .name = "avx512-dot", .family = KERNELS_AVX512, .room_bytes = dot_room_bytes, .query_bytes = dot_query_bytes,
    .place = place_either, .page = page_either, .single = attend_few_bytes, .mass = mass_either,
};
#pragma clang attribute pop
#endif
