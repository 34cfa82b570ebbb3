// Products with block weights for a few activation rows, one weight row at a time; for families without a kernel of their own.
// A family includes this after products_blocks.h.
#pragma once
#include "products_blocks.h"

enum { BLOCK_VECTORS = QUADS / LANES };   // vectors that hold one block

KERNEL static void arrange_quantised_row(const float *x, int count, ptrdiff_t columns, void *group) {
    (void)count;   // a group is one row
    quantise_row(x, columns, group);
}
static const ActivationLayout quantised_rows = {1, quantised_row_bytes, arrange_quantised_row};

KERNEL_INLINE void few_blocks_range(WeightFormat format, int n, const Weights *weights, const void *activations,
                                    ptrdiff_t first, ptrdiff_t last, float *out) {
    for (ptrdiff_t j = first; j < last; j++) {
        const uint8_t *row = weight_row(weights, j);
        Floats sum[FEW_ROWS];
        UNROLL for (int a = 0; a < n; a++) sum[a] = (Floats){0};
        for (ptrdiff_t b = 0; b < weights->columns / BLOCK; b++) {
            const uint8_t *block = row + (size_t)b * block_bytes(format);
            __builtin_prefetch(block + 4096, 0, 2);
            float scale = scale_of_block(block);
            Words w[BLOCK_VECTORS];
            UNROLL for (int v = 0; v < BLOCK_VECTORS; v++) w[v] = read_quads(format, row, b * QUADS + v * LANES, weights->columns / 4);
            UNROLL for (int a = 0; a < n; a++) {
                QuantisedRow x = quantised_row(activations, a, weights->columns);
                Words dots = {0};
                UNROLL for (int v = 0; v < BLOCK_VECTORS; v++) dots = dot_quads(dots, w[v], load_words(x.q + b * BLOCK + v * LANES * 4));
                sum[a] += floats_of_words(dots) * (scale * x.scale[b]);
            }
        }
        UNROLL for (int a = 0; a < n; a++) out[a * weights->rows + j] = total(sum[a]);
    }
}

/// Up to four activation rows by kernels of their own; beyond that two passes, whose second finds the weights in the cache.
KERNEL_INLINE void few_blocks(WeightFormat format, const Weights *weights, ptrdiff_t n, const void *activations,
                              ptrdiff_t first, ptrdiff_t last, float *out) {
    const uint8_t *x = activations;
    for (; n > 4; n -= 4, x += 4 * quantised_row_bytes(weights->columns), out += 4 * weights->rows)
        few_blocks_range(format, 4, weights, x, first, last, out);
    switch (n) {
        case 1: few_blocks_range(format, 1, weights, x, first, last, out); break;
        case 2: few_blocks_range(format, 2, weights, x, first, last, out); break;
        case 3: few_blocks_range(format, 3, weights, x, first, last, out); break;
        default: few_blocks_range(format, 4, weights, x, first, last, out); break;
    }
}

KERNEL static void few_q8_0(const Weights *weights, ptrdiff_t n, const void *x, ptrdiff_t first, ptrdiff_t last, void *scratch,
                            float *out) {
    (void)scratch;
    few_blocks(WEIGHTS_Q8_0, weights, n, x, first, last, out);
}
KERNEL static void few_q4_0(const Weights *weights, ptrdiff_t n, const void *x, ptrdiff_t first, ptrdiff_t last, void *scratch,
                            float *out) {
    (void)scratch;
    few_blocks(WEIGHTS_Q4_0, weights, n, x, first, last, out);
}

/// The kernel for weights of any format and n rows of activations.
static ProductKernel choose(WeightFormat format, ptrdiff_t n) {
    if (format != WEIGHTS_Q8_0 && format != WEIGHTS_Q4_0) return choose_floats(format, n);
    if (n > FEW_ROWS) return many_blocks_kernel;
    return (ProductKernel){&quantised_rows, 1, NULL, format == WEIGHTS_Q8_0 ? few_q8_0 : few_q4_0};
}
