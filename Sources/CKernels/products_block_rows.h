// Products with block weights for a few activation rows, straight from the blocks of a mapped file: bound by memory where the
// processor is fast enough. Lanes lie along the columns of a weight row: a stretch is unpacked once for all activation rows, and where
// there is but one of them, a row of each stream is gone over at the same time.
// A family includes this after its lanes_….h.
//
// Where dot products want unsigned weights (WEIGHT_OFFSET), they are left as they are unpacked, and the offset is settled in
// float32 with the scaled sums of the activations, as minima are.
#pragma once
#include "row_streams.h"
#include "unpacking_scales.h"

enum { MOST_ROWS = 4, MOST_VECTORS = SUPERBLOCK / 4 / LANES };

KERNEL static void arrange_quantised_row(const float *x, int count, ptrdiff_t columns, void *group) {
    (void)count;   // a group is one row
    quantise_row(x, columns, group);
}
static const ActivationLayout quantised_rows = {1, quantised_row_bytes, arrange_quantised_row};

/// What one weight row and one activation row have given so far; `settled` awaits its factor.
typedef struct { Floats main; Eight settled; } RowSum;

KERNEL_INLINE Four load_four(const float *p) { return *(const StoredFourFloats *)p; }

/// The numbers of activations for each group of a vector of scales. A superblock with groups of 32 covers two stretches; with 4
/// groups the upper lanes hold what follows, to be multiplied by zeros.
KERNEL_INLINE Eight scales_of_activations(WeightFormat format, const QuantisedStretch *x) {
    Four scales = load_four(x->scale);
    if (block_facts(format).group == HALF_BLOCK) return __builtin_shufflevector(scales, scales, 0, 0, 1, 1, 2, 2, 3, 3);
    return stretch_weights(format) == SUPERBLOCK ? joined(scales, load_four(x[1].scale)) : *(const StoredEight *)x->scale;
}
KERNEL_INLINE Eight sums_of_activations(WeightFormat format, const QuantisedStretch *x) {
    if (block_facts(format).group == HALF_BLOCK) return *(const StoredEight *)x->half_sum;
    Four sums = load_four(x->sum);
    return stretch_weights(format) == SUPERBLOCK ? joined(sums, load_four(x[1].sum)) : *(const StoredEight *)x->sum;
}

/// Adds the weights that share one vector of scales, half `half` of the stretch at p, to the sums of n activation rows, of which
/// x[r] + i is the stretch of these columns.
KERNEL_INLINE void add_groups(WeightFormat format, int n, const uint8_t *p, int half, const QuantisedStretch *const x[], ptrdiff_t i,
                              RowSum *sum) {
    const BlockFacts facts = block_facts(format);
    const int parts = (int)stretch_weights(format) / PART / scale_vectors(format), part_vectors = PART / 4 / LANES;
    Eight scale, least;
    Words w[MOST_VECTORS];
    read_scales(format, p, half, &scale, &least);
    if (!facts.minima) least = scale;
    UNROLL for (int part = 0; part < parts; part++) {
        Bytes bytes = unpack(format, p, half * parts + part) - (uint8_t)(WEIGHT_OFFSET ? 0 : facts.offset);
        memcpy(w + part * part_vectors, &bytes, sizeof bytes);
    }
    UNROLL for (int r = 0; r < n; r++) {
        Eight scales = scale * scales_of_activations(format, x[r] + i);
        if (facts.minima || WEIGHT_OFFSET) sum[r].settled += least * sums_of_activations(format, x[r] + i);
        UNROLL for (int v = 0; v < parts * part_vectors; v++) {
            const int column = v * LANES * 4;
            Words dots = dot_quads((Words){0}, w[v], load_words(x[r][i + column / (4 * BLOCK)].q + column % (4 * BLOCK)));
            sum[r].main += floats_of_words(dots) * spread(scales, facts.group, v);
        }
    }
}

KERNEL_INLINE void add_stretch(WeightFormat format, int n, const uint8_t *p, const QuantisedStretch *const x[], ptrdiff_t i, RowSum *sum) {
    UNROLL for (int half = 0; half < scale_vectors(format); half++) add_groups(format, n, p, half, x, i + half, sum);
}

/// Asks for bytes into the second cache: in the first they would push out the activations.
KERNEL_INLINE void prefetch(const uint8_t *p, size_t bytes) {
    for (size_t i = 0; i < bytes; i += 64) __builtin_prefetch(p + i, 0, 2);
}

KERNEL_INLINE float settled_total(WeightFormat format, RowSum sum) {
    const BlockFacts facts = block_facts(format);
    Four main = folded(sum.main);
    if (facts.minima || WEIGHT_OFFSET) main -= folded_eight(sum.settled) * (facts.minima ? 1 : (float)facts.offset);
    return total_of_four(main);
}

/// W weight rows at the same time, the first of them j and each `apart` rows behind the one before, times n activation rows.
KERNEL_INLINE void block_rows(WeightFormat format, int W, ptrdiff_t apart, int n, const Weights *weights, const QuantisedStretch *const x[],
                              ptrdiff_t j, float *out) {
    const ptrdiff_t stretches = weights->columns / stretch_weights(format), step = stretch_weights(format) / (4 * BLOCK);
    const size_t bytes = stretch_bytes(format), row_bytes = weight_row_bytes(format, weights->columns), ahead = stream_ahead(row_bytes);
    const uint8_t *p = weight_row(format, weights, j);
    RowSum sum[MOST_ROWS];
    UNROLL for (int s = 0; s < W * n; s++) sum[s] = (RowSum){{0}, {0}};
    for (ptrdiff_t i = 0; i < stretches; i++, p += bytes) {
        UNROLL for (int w = 0; w < W; w++) {
            const uint8_t *row = p + (size_t)(w * apart) * row_bytes;
            prefetch(row + ahead, bytes);
            add_stretch(format, n, row, x, i * step, sum + w * n);
        }
    }
    UNROLL for (int w = 0; w < W; w++) {
        if (row_bytes % bytes) {                               // the last 1 to 3 blocks, followed by zeros
            uint8_t tail[4 * sizeof(BlockQ8_0)] = {0};
            memcpy(tail, p + (size_t)(w * apart) * row_bytes, row_bytes % bytes);
            add_stretch(format, n, tail, x, stretches * step, sum + w * n);
        }
        UNROLL for (int r = 0; r < n; r++) out[r * weights->rows + j + w * apart] = settled_total(format, sum[w * n + r]);
    }
}

KERNEL_INLINE void few_blocks_range(WeightFormat format, int n, const Weights *weights, const void *activations, ptrdiff_t first,
                                    ptrdiff_t last, float *out) {
    const QuantisedStretch *x[MOST_ROWS];
    UNROLL for (int r = 0; r < n; r++) x[r] = quantised_row(activations, r, weights->columns);
    const ptrdiff_t run = n == 1 ? (last - first) / STREAMS : 0;
    if (n == 1) for (ptrdiff_t j = first; j < first + run; j++) block_rows(format, STREAMS, run, 1, weights, x, j, out);
    first += run * STREAMS;
    for (ptrdiff_t place = 0; place < last - first; place++)
        block_rows(format, 1, 1, n, weights, x, first + streamed(last - first, place), out);
}

/// Up to four activation rows by kernels of their own; beyond that two passes, whose second finds the weights in the cache.
KERNEL_INLINE void few_blocks(WeightFormat format, const Weights *weights, ptrdiff_t n, const void *activations,
                              ptrdiff_t first, ptrdiff_t last, float *out) {
    const uint8_t *x = activations;
    for (; n > MOST_ROWS; n -= MOST_ROWS, x += MOST_ROWS * quantised_row_bytes(weights->columns), out += MOST_ROWS * weights->rows)
        few_blocks_range(format, MOST_ROWS, weights, x, first, last, out);
    switch (n) {
        case 1: few_blocks_range(format, 1, weights, x, first, last, out); break;
        case 2: few_blocks_range(format, 2, weights, x, first, last, out); break;
        case 3: few_blocks_range(format, 3, weights, x, first, last, out); break;
        default: few_blocks_range(format, MOST_ROWS, weights, x, first, last, out); break;
    }
}

// A function for each format.
#define FEW(name) \
    KERNEL static void few_##name(const Weights *weights, ptrdiff_t n, const void *x, ptrdiff_t first, ptrdiff_t last, \
                                  void *scratch, float *out) { \
        (void)scratch; \
        few_blocks(WEIGHTS_##name, weights, n, x, first, last, out); \
    }
BLOCK_FORMATS(FEW)
#undef FEW
#define ENTRY(name) [WEIGHTS_##name] = {&quantised_rows, 1, NULL, few_##name},
static const ProductKernel few_blocks_kernels[] = {BLOCK_FORMATS(ENTRY)};
#undef ENTRY
