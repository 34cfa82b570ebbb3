// Products with block weights (Q8_0, Q4_0) for many activation rows: panels of weight rows times groups of int8 activations.
// A family includes this after vectors.h, having defined
//   GROUP_ROWS, PANEL_VECTORS   the tile: activation rows x vectors of weight rows
//   WEIGHT_OFFSET               what is added to weights in panels: 128 where the dot product wants them unsigned, else 0
//   read_quads                  LANES quads of a weight row as signed bytes
//   dot_quads                   sums + dot products of quads of (offset) weights and signed activations
// Lanes are weight rows: a block costs 8 dot products, one conversion, one product of scales and one fused sum. The offset is
// taken back by starting the integer sums at -offset * sum(activations), which costs nothing.
#pragma once
#include "vectors.h"

enum { QUADS = BLOCK / 4, PANEL_ROWS = PANEL_VECTORS * LANES };

/// One block of 32 columns of a group of activation rows.
typedef struct { int8_t q[GROUP_ROWS][BLOCK]; float scale[GROUP_ROWS]; int32_t start[GROUP_ROWS]; } ActivationBlock;
/// One block of 32 columns of a panel of weight rows.
typedef struct { int8_t q[QUADS][PANEL_ROWS][4]; float scale[PANEL_ROWS]; } PanelBlock;

static size_t block_group_bytes(ptrdiff_t columns) { return round_up((size_t)(columns / BLOCK) * sizeof(ActivationBlock), 64); }

KERNEL static void arrange_block_group(const float *x, int count, ptrdiff_t columns, void *group) {
    ActivationBlock *out = group;
    for (int r = 0; r < GROUP_ROWS; r++) {
        for (ptrdiff_t b = 0; b < columns / BLOCK; b++) {
            if (r < count) {
                out[b].start[r] = -WEIGHT_OFFSET * quantise_block(x + r * columns + b * BLOCK, out[b].q[r], &out[b].scale[r]);
            } else {
                memset(out[b].q[r], 0, BLOCK);
                out[b].scale[r] = 0;
                out[b].start[r] = 0;
            }
        }
    }
}

static const ActivationLayout block_groups = {GROUP_ROWS, block_group_bytes, arrange_block_group};

static size_t block_panel_bytes(ptrdiff_t columns) { return (size_t)(columns / BLOCK) * sizeof(PanelBlock); }

/// Turns LANES weight rows into columns `column` ... of a panel, LANES quads at a time; rows beyond the last are zero.
KERNEL_INLINE void pack_rows(WeightFormat format, const uint8_t *rows, size_t row_bytes, ptrdiff_t count, ptrdiff_t blocks,
                             int column, PanelBlock *panel) {
    const ptrdiff_t quads = blocks * QUADS;
    for (ptrdiff_t quad = 0; quad < quads; quad += LANES) {
        Words x[LANES];
        UNROLL for (int r = 0; r < LANES; r++) {
            x[r] = r < count ? read_quads(format, rows + r * row_bytes, quad, quads) : (Words){0};
            if (WEIGHT_OFFSET) x[r] ^= (int32_t)0x80808080;
        }
        transpose(x);
        UNROLL for (int i = 0; i < LANES; i++)
            if (quad + i < quads) store_words(panel[(quad + i) / QUADS].q[(quad + i) % QUADS][column], x[i]);
        for (ptrdiff_t b = quad / QUADS; b < smaller((quad + LANES) / QUADS, blocks); b++)   // blocks that end here
            for (int r = 0; r < LANES; r++)
                panel[b].scale[column + r] = r < count ? scale_of_block(rows + r * row_bytes + (size_t)b * block_bytes(format)) : 0;
    }
}

KERNEL_INLINE void pack_blocks(WeightFormat format, const Weights *weights, ptrdiff_t first, PanelBlock *panel) {
    const size_t row_bytes = weight_row_bytes(format, weights->columns);
    for (int column = 0; column < PANEL_ROWS; column += LANES)
        pack_rows(format, weight_row(weights, first + column), row_bytes, weights->rows - first - column,
                  weights->columns / BLOCK, column, panel);
}

/// A group of activation rows times one panel, into rows `row` ... of out.
KERNEL_INLINE void block_tile(const Weights *weights, ptrdiff_t n, const ActivationBlock *a, ptrdiff_t row,
                              const PanelBlock *w, ptrdiff_t first, float *out) {
    Floats sum[GROUP_ROWS][PANEL_VECTORS];
    UNROLL for (int r = 0; r < GROUP_ROWS; r++)
        UNROLL for (int v = 0; v < PANEL_VECTORS; v++) sum[r][v] = (Floats){0};
    for (ptrdiff_t b = 0; b < weights->columns / BLOCK; b++, a++, w++) {
        Words dots[GROUP_ROWS][PANEL_VECTORS];
        UNROLL for (int r = 0; r < GROUP_ROWS; r++)
            UNROLL for (int v = 0; v < PANEL_VECTORS; v++) dots[r][v] = (Words){0} + a->start[r];
        UNROLL for (int i = 0; i < QUADS; i++) {
            Words quads[PANEL_VECTORS];
            UNROLL for (int v = 0; v < PANEL_VECTORS; v++) quads[v] = load_words(w->q[i][v * LANES]);
            UNROLL for (int r = 0; r < GROUP_ROWS; r++) {
                Words x = (Words){0} + ((const int32_t *)a->q[r])[i];
                UNROLL for (int v = 0; v < PANEL_VECTORS; v++) dots[r][v] = dot_quads(dots[r][v], quads[v], x);
            }
        }
        Floats scales[PANEL_VECTORS];
        UNROLL for (int v = 0; v < PANEL_VECTORS; v++) scales[v] = load_floats(w->scale + v * LANES);
        UNROLL for (int r = 0; r < GROUP_ROWS; r++)
            UNROLL for (int v = 0; v < PANEL_VECTORS; v++) sum[r][v] += floats_of_words(dots[r][v]) * (scales[v] * a->scale[r]);
    }
    UNROLL for (int r = 0; r < GROUP_ROWS; r++) {
        if (row + r >= n) break;
        UNROLL for (int v = 0; v < PANEL_VECTORS; v++)
            store_columns(out + (row + r) * weights->rows + first + v * LANES, weights->rows - first - v * LANES, sum[r][v]);
    }
}

KERNEL static void many_blocks(const Weights *weights, ptrdiff_t n, const void *activations, ptrdiff_t first, ptrdiff_t last,
                               void *scratch, float *out) {
    const size_t group_bytes = block_group_bytes(weights->columns);
    for (ptrdiff_t j = first; j < last; j += PANEL_ROWS) {
        if (weights->format == WEIGHTS_Q8_0) pack_blocks(WEIGHTS_Q8_0, weights, j, scratch);
        else pack_blocks(WEIGHTS_Q4_0, weights, j, scratch);
        for (ptrdiff_t row = 0; row < n; row += GROUP_ROWS)
            block_tile(weights, n, (const void *)((const uint8_t *)activations + (size_t)(row / GROUP_ROWS) * group_bytes),
                       row, scratch, j, out);
    }
}

static const ProductKernel many_blocks_kernel = {&block_groups, PANEL_ROWS, block_panel_bytes, many_blocks};
