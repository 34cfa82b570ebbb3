// Products with float weights (F32, F16, BF16) in float32 throughout: 16-bit weights are widened exactly, so results differ from
// the reference by the order of sums alone. A family includes this after vectors.h, having defined
//   TILE_ROWS, TILE_VECTORS   the tile of sums held in registers: activation rows x vectors of weight rows
//   FEW_TILE_ROWS(n)          weight rows that n activation rows, two or more, are multiplied with at once
// (Dot products of bf16 pairs round the activations, and on some processors run at half the rate of float32: not used here.)
#pragma once
#include "row_streams.h"
#include "vectors.h"

enum { TILE_COLUMNS = TILE_VECTORS * LANES, MOST_TILE_SUMS = 16 };

KERNEL_INLINE size_t element_bytes(WeightFormat format) { return format == WEIGHTS_F32 ? 4 : 2; }

/// LANES weights from element i of a row on.
KERNEL_INLINE Floats load_weights(WeightFormat format, const uint8_t *row, ptrdiff_t i) {
    const uint8_t *p = row + (size_t)i * element_bytes(format);
    if (format == WEIGHTS_F32) return load_floats((const float *)p);
    if (format == WEIGHTS_F16) return __builtin_convertvector(*(const StoredHalfFloats *)p, Floats);
    return (Floats)(__builtin_convertvector(*(const StoredHalves *)p, Words) << 16);
}
/// The same where only `count` weights are left; the missing lanes are zero.
KERNEL_INLINE Floats load_last_weights(WeightFormat format, const uint8_t *row, ptrdiff_t i, ptrdiff_t count) {
    uint8_t bytes[4 * LANES] = {0};
    memcpy(bytes, row + (size_t)i * element_bytes(format), (size_t)count * element_bytes(format));
    return load_weights(format, bytes, 0);
}
KERNEL_INLINE Floats load_last_floats(const float *x, ptrdiff_t count) {
    return load_last_weights(WEIGHTS_F32, (const uint8_t *)x, 0, count);
}

// ---------------------------------------------------------------- a few activation rows

/// R weight rows, the first of them j and each `apart` rows behind the one before, times n activation rows, S vectors in a step. U of
/// them are added up apart, which hides the latency where R and n do not.
KERNEL_INLINE void few_tile(WeightFormat format, int R, ptrdiff_t apart, int n, int S, int U, const Weights *weights, const float *x,
                            ptrdiff_t j, size_t ahead, float *out) {
    const ptrdiff_t columns = weights->columns, step = S * LANES;
    const size_t row_bytes = (size_t)(columns * apart) * element_bytes(format);
    const uint8_t *rows = weight_row(format, weights, j);
    Floats sum[MOST_TILE_SUMS];
    UNROLL for (int s = 0; s < R * n * U; s++) sum[s] = (Floats){0};
    ptrdiff_t i = 0;
    for (; i + step <= columns; i += step) {
        UNROLL for (int r = 0; r < R; r++)
            for (size_t line = 0; line < (size_t)step * element_bytes(format); line += 64)
                __builtin_prefetch(rows + (size_t)r * row_bytes + (size_t)i * element_bytes(format) + ahead + line, 0, 2);
        UNROLL for (int s = 0; s < S; s++) {
            Floats w[4];
            UNROLL for (int r = 0; r < R; r++) w[r] = load_weights(format, rows + (size_t)r * row_bytes, i + s * LANES);
            UNROLL for (int a = 0; a < n; a++) {
                Floats y = load_floats(x + a * columns + i + s * LANES);
                UNROLL for (int r = 0; r < R; r++) sum[(r * n + a) * U + s % U] += w[r] * y;
            }
        }
    }
    for (; i < columns; i += LANES) {                     // the last columns, a vector or less at a time
        ptrdiff_t count = smaller(LANES, columns - i);
        UNROLL for (int r = 0; r < R; r++) {
            Floats w = load_last_weights(format, rows + (size_t)r * row_bytes, i, count);
            UNROLL for (int a = 0; a < n; a++) sum[(r * n + a) * U] += w * load_last_floats(x + a * columns + i, count);
        }
    }
    UNROLL for (int r = 0; r < R; r++) {
        UNROLL for (int a = 0; a < n; a++) {
            UNROLL for (int u = 1; u < U; u++) sum[(r * n + a) * U] += sum[(r * n + a) * U + u];
            out[a * weights->rows + j + r * apart] = total(sum[(r * n + a) * U]);
        }
    }
}

KERNEL_INLINE void few_range(WeightFormat format, int n, const Weights *weights, const float *x, ptrdiff_t first,
                             ptrdiff_t last, float *out) {
    const int R = FEW_TILE_ROWS(n);
    const ptrdiff_t tiles = (last - first) / R;
    const size_t ahead = stream_ahead((size_t)(R * weights->columns) * element_bytes(format));
    for (ptrdiff_t place = 0; place < tiles; place++)
        few_tile(format, R, 1, n, 2, 1, weights, x, first + streamed(tiles, place) * R, ahead, out);
    for (ptrdiff_t j = first + tiles * R; j < last; j++) few_tile(format, 1, 1, n, 2, 1, weights, x, j, ahead, out);
}

/// One activation row: a row of each stream at the same time, which memory serves half again as fast as row after row.
KERNEL_INLINE void one_range(WeightFormat format, const Weights *weights, const float *x, ptrdiff_t first, ptrdiff_t last, float *out) {
    const ptrdiff_t run = (last - first) / STREAMS;
    for (ptrdiff_t j = first; j < first + run; j++) few_tile(format, STREAMS, run, 1, 4, 2, weights, x, j, LEAST_AHEAD, out);
    for (ptrdiff_t j = first + run * STREAMS; j < last; j++) few_tile(format, 1, 1, 1, 4, 4, weights, x, j, LEAST_AHEAD, out);
}

KERNEL_INLINE void few(WeightFormat format, const Weights *weights, ptrdiff_t n, const float *x, ptrdiff_t first,
                       ptrdiff_t last, float *out) {
    switch (n) {
        case 1: one_range(format, weights, x, first, last, out); break;
        case 2: few_range(format, 2, weights, x, first, last, out); break;
        case 3: few_range(format, 3, weights, x, first, last, out); break;
        case 4: few_range(format, 4, weights, x, first, last, out); break;
        case 5: few_range(format, 5, weights, x, first, last, out); break;
        case 6: few_range(format, 6, weights, x, first, last, out); break;
        case 7: few_range(format, 7, weights, x, first, last, out); break;
        default: few_range(format, 8, weights, x, first, last, out); break;
    }
}

// One function per format, so that each is compiled and read alone.
KERNEL static void few_f32(const Weights *weights, ptrdiff_t n, const void *x, ptrdiff_t first, ptrdiff_t last, void *scratch, float *out) {
    (void)scratch;
    few(WEIGHTS_F32, weights, n, x, first, last, out);
}
KERNEL static void few_f16(const Weights *weights, ptrdiff_t n, const void *x, ptrdiff_t first, ptrdiff_t last, void *scratch, float *out) {
    (void)scratch;
    few(WEIGHTS_F16, weights, n, x, first, last, out);
}
KERNEL static void few_bf16(const Weights *weights, ptrdiff_t n, const void *x, ptrdiff_t first, ptrdiff_t last, void *scratch,
                            float *out) {
    (void)scratch;
    few(WEIGHTS_BF16, weights, n, x, first, last, out);
}

// ---------------------------------------------------------------- many activation rows

/// Activations of one tile: [columns][TILE_ROWS].
static size_t tile_group_bytes(ptrdiff_t columns) { return round_up((size_t)columns * TILE_ROWS * 4, 64); }

KERNEL static void arrange_tile_group(const float *x, int count, ptrdiff_t columns, void *group) {
    float *out = group;
    for (ptrdiff_t i = 0; i < columns; i++)
        for (int r = 0; r < TILE_ROWS; r++) out[i * TILE_ROWS + r] = r < count ? x[r * columns + i] : 0;
}

static const ActivationLayout tile_groups = {TILE_ROWS, tile_group_bytes, arrange_tile_group};

static size_t panel_bytes(ptrdiff_t columns) { return (size_t)columns * TILE_COLUMNS * 4; }

/// Widens TILE_COLUMNS weight rows from `first` on and turns them: panel [columns][TILE_COLUMNS]. Rows beyond the last are zero.
KERNEL_INLINE void pack_floats(WeightFormat format, const Weights *weights, ptrdiff_t first, float *panel) {
    for (ptrdiff_t i = 0; i < weights->columns; i += LANES) {
        ptrdiff_t count = smaller(LANES, weights->columns - i);
        for (int v = 0; v < TILE_VECTORS; v++) {
            Words x[LANES];
            for (int r = 0; r < LANES; r++) {
                ptrdiff_t j = first + v * LANES + r;
                const uint8_t *row = weight_row(format, weights, j);
                x[r] = j >= weights->rows ? (Words){0}
                     : (Words)(count == LANES ? load_weights(format, row, i) : load_last_weights(format, row, i, count));
            }
            transpose(x);
            for (ptrdiff_t c = 0; c < count; c++) store_words(panel + (i + c) * TILE_COLUMNS + v * LANES, x[c]);
        }
    }
}

/// TILE_ROWS activation rows times one panel, into rows `row` ... of out.
KERNEL_INLINE void float_tile(const Weights *weights, ptrdiff_t n, const float *group, ptrdiff_t row, const float *panel,
                              ptrdiff_t first, float *out) {
    Floats sum[TILE_ROWS][TILE_VECTORS];
    UNROLL for (int r = 0; r < TILE_ROWS; r++)
        UNROLL for (int v = 0; v < TILE_VECTORS; v++) sum[r][v] = (Floats){0};
    for (ptrdiff_t i = 0; i < weights->columns; i++, group += TILE_ROWS, panel += TILE_COLUMNS) {
        Floats w[TILE_VECTORS];
        UNROLL for (int v = 0; v < TILE_VECTORS; v++) w[v] = load_floats(panel + v * LANES);
        UNROLL for (int r = 0; r < TILE_ROWS; r++)
            UNROLL for (int v = 0; v < TILE_VECTORS; v++) sum[r][v] += w[v] * group[r];
    }
    UNROLL for (int r = 0; r < TILE_ROWS; r++) {
        if (row + r >= n) break;
        UNROLL for (int v = 0; v < TILE_VECTORS; v++)
            store_columns(out + (row + r) * weights->rows + first + v * LANES, weights->rows - first - v * LANES, sum[r][v]);
    }
}

KERNEL static void many_floats(const Weights *weights, ptrdiff_t n, const void *activations, ptrdiff_t first, ptrdiff_t last,
                               void *scratch, float *out) {
    for (ptrdiff_t j = first; j < last; j += TILE_COLUMNS) {
        if (weights->format == WEIGHTS_F32) pack_floats(WEIGHTS_F32, weights, j, scratch);
        else if (weights->format == WEIGHTS_F16) pack_floats(WEIGHTS_F16, weights, j, scratch);
        else pack_floats(WEIGHTS_BF16, weights, j, scratch);
        for (ptrdiff_t row = 0; row < n; row += TILE_ROWS) {
            const float *group = activations;
            float_tile(weights, n, group + (size_t)(row / TILE_ROWS) * (tile_group_bytes(weights->columns) / 4), row, scratch, j, out);
        }
    }
}

/// The kernel for float weights and n rows of activations.
static ProductKernel choose_floats(WeightFormat format, ptrdiff_t n) {
    if (n > FEW_ROWS) return (ProductKernel){&tile_groups, TILE_COLUMNS, panel_bytes, many_floats};
    return (ProductKernel){NULL, 1, NULL, format == WEIGHTS_F32 ? few_f32 : format == WEIGHTS_F16 ? few_f16 : few_bf16};
}
