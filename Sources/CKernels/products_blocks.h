// Products with block weights for many activation rows: panels of weight rows times groups of int8 activations.
// A family includes this after its lanes_….h, having defined
//   GROUP_ROWS, PANEL_VECTORS   the tile: activation rows x vectors of weight rows
//   IN_ORDER                    if registers are few: keeps the compiler from doing row after row, with all weights of a block at once
//
// Every format is unpacked to the same panel, one byte a weight, by block_panels.h; the tile multiplies it whatever it was. Lanes
// are weight rows: a block costs 8 dot products, one conversion, one product of scales and one fused sum; twice the latter where
// 16 weights share a scale, and one more where groups have minima. The offset of the weights is taken back by starting the integer
// sums at -offset * sum(activations), which costs nothing.
#pragma once
#include "block_panels.h"
#ifndef IN_ORDER
#define IN_ORDER(vector)
#endif

/// One block of 32 columns of a group of activation rows.
typedef struct { int8_t q[GROUP_ROWS][BLOCK]; float scale[GROUP_ROWS]; int32_t start[GROUP_ROWS]; } ActivationBlock;
/// What only some formats ask of the same block: sums of the whole block, or of its halves, times the scale.
typedef struct { int32_t half_start[2][GROUP_ROWS]; float sum[GROUP_ROWS], half_sum[2][GROUP_ROWS]; } ActivationSums;

/// A group is its ActivationBlocks, and then its ActivationSums.
static size_t block_group_bytes(ptrdiff_t columns) {
    return round_up((size_t)(columns / BLOCK) * (sizeof(ActivationBlock) + sizeof(ActivationSums)), 64);
}

KERNEL_INLINE void arrange_block(const float *x, int r, ActivationBlock *block, ActivationSums *sums) {
    int32_t sum[2];
    quantise_block(x, block->q[r], &block->scale[r], sum);
    block->start[r] = -WEIGHT_OFFSET * (sum[0] + sum[1]);
    sums->sum[r] = block->scale[r] * (float)(sum[0] + sum[1]);
    for (int half = 0; half < 2; half++) {
        sums->half_start[half][r] = -WEIGHT_OFFSET * sum[half];
        sums->half_sum[half][r] = block->scale[r] * (float)sum[half];
    }
}

KERNEL static void arrange_block_group(const float *x, int count, ptrdiff_t columns, void *group) {
    const ptrdiff_t blocks = columns / BLOCK;
    ActivationBlock *out = group;
    ActivationSums *sums = (ActivationSums *)(out + blocks);
    if (count < GROUP_ROWS) memset(group, 0, block_group_bytes(columns));
    for (int r = 0; r < count; r++)
        for (ptrdiff_t b = 0; b < blocks; b++) arrange_block(x + r * columns + b * BLOCK, r, &out[b], &sums[b]);
}

static const ActivationLayout block_groups = {GROUP_ROWS, block_group_bytes, arrange_block_group};

// ---------------------------------------------------------------- the tile

/// Integer products of one group of `weights` columns: of a block, or of its half `half`.
KERNEL_INLINE void dot_group(int group, int half, const ActivationBlock *a, const ActivationSums *s, const uint8_t *w,
                             Words dots[GROUP_ROWS][PANEL_VECTORS]) {
    UNROLL for (int r = 0; r < GROUP_ROWS; r++)
        UNROLL for (int v = 0; v < PANEL_VECTORS; v++)
            dots[r][v] = (Words){0} + (group == BLOCK ? a->start[r] : s->half_start[half][r]);
    UNROLL for (int i = half * HALF_BLOCK / 4; i < (half * HALF_BLOCK + group) / 4; i++) {
        Words quads[PANEL_VECTORS];
        UNROLL for (int v = 0; v < PANEL_VECTORS; v++) quads[v] = load_words(w + ((size_t)i * PANEL_ROWS + (size_t)v * LANES) * 4);
        UNROLL for (int r = 0; r < GROUP_ROWS; r++) {
            Words x = (Words){0} + ((const int32_t *)a->q[r])[i];
            UNROLL for (int v = 0; v < PANEL_VECTORS; v++) {
                dots[r][v] = dot_quads(dots[r][v], quads[v], x);
                IN_ORDER(dots[r][v]);
            }
        }
    }
}

/// A group of activation rows times one panel, into rows `row` ... of out. The shape of the panel must be constant.
KERNEL_INLINE void block_tile(PanelShape shape, const Weights *weights, ptrdiff_t n, const ActivationBlock *a, ptrdiff_t row,
                              const uint8_t *w, ptrdiff_t first, float *out) {
    const ptrdiff_t blocks = weights->columns / BLOCK;
    const ActivationSums *s = (const ActivationSums *)(a + blocks);
    Floats sum[GROUP_ROWS][PANEL_VECTORS];
    UNROLL for (int r = 0; r < GROUP_ROWS; r++)
        UNROLL for (int v = 0; v < PANEL_VECTORS; v++) sum[r][v] = (Floats){0};
    for (ptrdiff_t b = 0; b < blocks; b++, a++, w += panel_block_bytes(shape)) {
        UNROLL for (int half = 0; half < BLOCK / shape.group; half++) {
            Words dots[GROUP_ROWS][PANEL_VECTORS];
            dot_group(shape.group, half, a, s + b, w, dots);
            Floats scales[PANEL_VECTORS], minima[PANEL_VECTORS];
            UNROLL for (int v = 0; v < PANEL_VECTORS; v++) {
                scales[v] = load_floats(panel_scales(w, half) + v * LANES);
                if (shape.minima) minima[v] = load_floats(panel_minima(shape, w, half) + v * LANES);
            }
            UNROLL for (int r = 0; r < GROUP_ROWS; r++) {
                float total = shape.group == BLOCK ? s[b].sum[r] : s[b].half_sum[half][r];
                UNROLL for (int v = 0; v < PANEL_VECTORS; v++) {
                    sum[r][v] += floats_of_words(dots[r][v]) * (scales[v] * a->scale[r]);
                    if (shape.minima) sum[r][v] -= minima[v] * total;
                }
            }
        }
    }
    UNROLL for (int r = 0; r < GROUP_ROWS; r++) {
        if (row + r >= n) break;
        UNROLL for (int v = 0; v < PANEL_VECTORS; v++)
            store_columns(out + (row + r) * weights->rows + first + v * LANES, weights->rows - first - v * LANES, sum[r][v]);
    }
}

// A tile for each of the four shapes of panels.
typedef void BlockTile(const Weights *weights, ptrdiff_t n, const ActivationBlock *a, ptrdiff_t row, const uint8_t *w, ptrdiff_t first, float *out);
#define TILE(name, ...) \
    KERNEL static void name(const Weights *weights, ptrdiff_t n, const ActivationBlock *a, ptrdiff_t row, const uint8_t *w, \
                            ptrdiff_t first, float *out) { \
        block_tile((PanelShape){__VA_ARGS__}, weights, n, a, row, w, first, out); \
    }
TILE(tile_of_blocks, BLOCK, false)
TILE(tile_of_blocks_with_minima, BLOCK, true)
TILE(tile_of_halves, HALF_BLOCK, false)
TILE(tile_of_halves_with_minima, HALF_BLOCK, true)
#undef TILE

static BlockTile *tile_of(PanelShape shape) {
    if (shape.group == BLOCK) return shape.minima ? tile_of_blocks_with_minima : tile_of_blocks;
    return shape.minima ? tile_of_halves_with_minima : tile_of_halves;
}

KERNEL static void many_blocks(const Weights *weights, ptrdiff_t n, const void *activations, ptrdiff_t first, ptrdiff_t last,
                               void *scratch, float *out) {
    const size_t group_bytes = block_group_bytes(weights->columns);
    BlockTile *tile = tile_of(panel_shape(weights->format));
    for (ptrdiff_t j = first; j < last; j += PANEL_ROWS) {
        pack_panel[weights->format](weights, j, scratch);
        for (ptrdiff_t row = 0; row < n; row += GROUP_ROWS)
            tile(weights, n, (const void *)((const uint8_t *)activations + (size_t)(row / GROUP_ROWS) * group_bytes), row, scratch, j, out);
    }
}

static const ProductKernel many_blocks_kernel = {&block_groups, PANEL_ROWS, block_panel_bytes, many_blocks};
