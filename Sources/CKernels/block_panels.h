// Panels: a few weight rows of any block format, unpacked to bytes and turned so that lanes are rows. See products_blocks.h.
#pragma once
#include "unpacking_scales.h"

enum { QUADS = BLOCK / 4, PART_VECTORS = PART / 4 / LANES, PANEL_ROWS = PANEL_VECTORS * LANES };

/// How many weights of a panel share a scale, and whether they have a minimum.
typedef struct { int group; bool minima; } PanelShape;

KERNEL_INLINE PanelShape panel_shape(WeightFormat format) {
    return (PanelShape){block_facts(format).group, block_facts(format).minima};
}

// One block of 32 columns: int8 [QUADS][PANEL_ROWS][4], float scale [1 or 2 groups][PANEL_ROWS], perhaps float minimum [the same].
// The bytes are the weights' integers plus WEIGHT_OFFSET.
KERNEL_INLINE size_t panel_block_bytes(PanelShape shape) {
    return PANEL_ROWS * (BLOCK + sizeof(float) * (size_t)(BLOCK / shape.group) * (shape.minima ? 2 : 1));
}
KERNEL_INLINE const float *panel_scales(const uint8_t *block, int half) {
    return (const float *)(block + PANEL_ROWS * BLOCK) + half * PANEL_ROWS;
}
KERNEL_INLINE const float *panel_minima(PanelShape shape, const uint8_t *block, int half) {
    return panel_scales(block, half + BLOCK / shape.group);
}

/// Room for a panel of any shape.
KERNEL static size_t block_panel_bytes(ptrdiff_t columns) {
    return (size_t)(columns / BLOCK) * panel_block_bytes((PanelShape){HALF_BLOCK, true});
}

/// Where a stretch of each of LANES weight rows begins.
typedef struct { const uint8_t *row[LANES]; } Stretches;

/// Turns part `part` of the stretches: blocks 2 * part and 2 * part + 1 from `block` on, of which `count` exist.
KERNEL_INLINE void pack_part(WeightFormat format, const Stretches *p, int part, ptrdiff_t count, int column, uint8_t *block) {
    const PanelShape shape = panel_shape(format);
    Words x[PART_VECTORS][LANES];
    UNROLL for (int r = 0; r < LANES; r++) {
        Words words[PART_VECTORS];
        Bytes bytes = unpack(format, p->row[r], part) + (uint8_t)(WEIGHT_OFFSET - block_facts(format).offset);
        memcpy(words, &bytes, sizeof bytes);
        UNROLL for (int v = 0; v < PART_VECTORS; v++) x[v][r] = words[v];
    }
    UNROLL for (int v = 0; v < PART_VECTORS; v++) {
        transpose(x[v]);
        UNROLL for (int i = 0; i < LANES; i++) {
            const int quad = v * LANES + i, b = 2 * part + quad / QUADS;
            if (b < count) store_words(block + (size_t)b * panel_block_bytes(shape) + ((quad % QUADS) * PANEL_ROWS + column) * 4, x[v][i]);
        }
    }
}

/// Writes the scales and minima of the stretches to the blocks from `block` on, of which `count` exist.
KERNEL_INLINE void pack_scales(WeightFormat format, const Stretches *p, int half, ptrdiff_t count, int column, uint8_t *block) {
    const PanelShape shape = panel_shape(format);
    const int in_block = BLOCK / shape.group, groups = (int)stretch_weights(format) / shape.group / scale_vectors(format);
    float scales[LANES][8], minima[LANES][8];
    UNROLL for (int r = 0; r < LANES; r++) {
        Eight scale, least = {0};
        read_scales(format, p->row[r], half, &scale, &least);
        memcpy(scales[r], &scale, sizeof scale);
        memcpy(minima[r], &least, sizeof least);
    }
    for (int g = 0; g < groups; g++) {
        const int b = (half * groups + g) / in_block;
        if (b >= count) break;
        float *to = (float *)panel_scales(block + (size_t)b * panel_block_bytes(shape), g % in_block) + column;
        for (int r = 0; r < LANES; r++) to[r] = scales[r][g];
        for (int r = 0; r < LANES && shape.minima; r++) to[in_block * PANEL_ROWS + r] = minima[r][g];
    }
}

KERNEL_INLINE void pack_stretch(WeightFormat format, const Stretches *p, ptrdiff_t count, int column, uint8_t *block) {
    UNROLL for (int part = 0; part < stretch_weights(format) / PART; part++) pack_part(format, p, part, count, column, block);
    UNROLL for (int half = 0; half < scale_vectors(format); half++) pack_scales(format, p, half, count, column, block);
}

/// LANES weight rows, of which `count` exist, into columns `column` ... of a panel; the others are zero.
KERNEL_INLINE void pack_rows(WeightFormat format, const uint8_t *rows, size_t row_bytes, ptrdiff_t count, ptrdiff_t blocks,
                             int column, uint8_t *panel) {
    static const uint8_t zeros[sizeof(BlockQ6_K)];
    uint8_t last[LANES][4 * sizeof(BlockQ8_0)] = {{0}};
    const ptrdiff_t step = stretch_weights(format) / BLOCK;
    const size_t bytes = stretch_bytes(format), rest = row_bytes % bytes;
    Stretches p;
    for (ptrdiff_t b = 0; b < blocks; b += step, panel += (size_t)step * panel_block_bytes(panel_shape(format))) {
        for (int r = 0; r < LANES; r++) p.row[r] = r < count ? rows + (size_t)r * row_bytes + (size_t)(b / step) * bytes : zeros;
        if (b + step > blocks) {                               // the last 1 to 3 blocks, followed by zeros
            for (int r = 0; r < smaller(count, LANES); r++) p.row[r] = memcpy(last[r], p.row[r], rest);
        }
        pack_stretch(format, &p, blocks - b, column, panel);
    }
}

KERNEL_INLINE void pack_rows_of_panel(WeightFormat format, const Weights *weights, ptrdiff_t first, uint8_t *panel) {
    const size_t row_bytes = weight_row_bytes(format, weights->columns);
    for (int column = 0; column < PANEL_ROWS; column += LANES)
        pack_rows(format, weight_row(format, weights, first + column), row_bytes, weights->rows - first - column,
                  weights->columns / BLOCK, column, panel);
}

// A function for each format.
#define PACK(name) \
    KERNEL static void pack_##name(const Weights *weights, ptrdiff_t first, uint8_t *panel) { \
        pack_rows_of_panel(WEIGHTS_##name, weights, first, panel); \
    }
BLOCK_FORMATS(PACK)
#undef PACK
#define ENTRY(name) [WEIGHTS_##name] = pack_##name,
static void (*const pack_panel[])(const Weights *weights, ptrdiff_t first, uint8_t *panel) = {BLOCK_FORMATS(ENTRY)};
#undef ENTRY
