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
#include "attention_short_pages.h"
#include "attention_tables.h"

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

INLINE void dot_scores(const AttentionBlock *block, const ShortPage *page, int32_t first, float scores[GROUP][PAGE_TOKENS]) {
    const int32_t dim = padded_dimension(block->shape->key_dim);
    __m512 acc[MAX_ROWS][MAX_VECTORS];
    UNROLLED for (int r = 0; r < GROUP; r++) {
        const int32_t row = first + r < block->rows ? first + r : block->rows - 1;      // padding rows: any will do
        Lanes start = splat(0);
        const float *query = (const float *)block->queries + (size_t)row * (size_t)dim;
        for (int32_t e = 0; e < dim; e += LANES) start += load(query + e) * load(page->centre + e);
        const __m512 all = _mm512_set1_ps(lane_sum(start));
        UNROLLED for (int v = 0; v < COLUMNS; v++) acc[r][v] = all;
    }
    const uint32_t *queries = packed_queries(block) + (size_t)first * (size_t)(dim / 2);
    bf16_tile(GROUP, COLUMNS, dim / 2, queries, 1, GROUP, page->keys, PAGE_TOKENS, 0, acc);
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

static void dot_group(const AttentionBlock *block, const PageView *view, const ShortPage *page, int32_t first, const uint64_t masks[GROUP]) {
    _Alignas(64) float scores[GROUP][PAGE_TOKENS];
    _Alignas(64) uint32_t probabilities[GROUP][PAGE_TOKENS / 2];
    const int32_t dim = padded_dimension(block->shape->value_dim);
    dot_scores(block, page, first, scores);
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
        add_dot_values(COLUMNS, dim, column, probabilities, page->values, out);
    for (; column < dim; column += LANES) add_dot_values(1, dim, column, probabilities, page->values, out);
}

static void dot_page(const AttentionBlock *block, const PageView *view) {
    const ShortPage page = load_short_page(block, view);
    for (int32_t first = 0; first < block->rows; first += GROUP) {
        uint64_t masks[GROUP];
        if (group_masks(block, view, first, masks)) dot_group(block, view, &page, first, masks);
    }
    if (page.broken) spoil_rows(block, view, page.broken);
}

static void place_either(const AttentionBlock *block, const float *angles, size_t stride) {
    if (keeps_f32(block)) place_rows(block, angles, stride);
    else place_pairs(block, angles, stride);
}
static void page_either(const AttentionBlock *block, const PageView *view) {
    if (keeps_f32(block)) attend_page(block, view);
    else dot_page(block, view);
}
static void dot_mass(const AttentionBlock *block, const PageView *view, const float *log_sum, float *masses) {
    const ShortPage page = load_short_page(block, view);
    for (int32_t first = 0; first < block->rows; first += GROUP) {
        uint64_t row_masks[GROUP];
        _Alignas(64) float scores[GROUP][PAGE_TOKENS];
        if (!group_masks(block, view, first, row_masks)) continue;
        dot_scores(block, &page, first, scores);
        add_masses(block, view, first, GROUP, scores, log_sum, masses);
    }
}
static void mass_either(const AttentionBlock *block, const PageView *view, const float *log_sum, float *masses) {
    if (keeps_f32(block)) page_mass(block, view, log_sum, masses);
    else dot_mass(block, view, log_sum, masses);
}

const AttentionKernels attention_avx512_dot = {
    .name = "avx512-dot", .family = KERNELS_AVX512, .room_bytes = short_room_bytes, .query_bytes = dot_query_bytes,
    .place = place_either, .page = page_either, .few = attend_few_bytes, .mass = mass_either,
};
#pragma clang attribute pop
#endif
