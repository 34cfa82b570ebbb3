// Products by AMX tiles for many activation rows, weights of every format but F32: both sides are rounded to bf16 (0.2 % of each
// number, root mean square; activations in int8 lose 0.5 %) and added up in float32. F32 weights stay with float32 products.
//
// Weights are the left side of a tile product: a row is decoded where it lies along the columns and needs no turning. A panel of
// rows is decoded once for all activations, a block of columns at a time, so that panel and activations stay in the second-level
// cache. What comes out has a column for each activation row and is turned while the tiles work on the next group.
#if defined(__x86_64__)
#include "decoding.h"
#include "lanes_avx512.h"
#include "products_families.h"
#include "tiles.h"

enum {
    GROUP_TILES = 2,                          // activation rows of a group, in tiles
    GROUP = GROUP_TILES * TILE,
    PANEL_GRAIN = 2 * TILE,                   // weight rows that are multiplied at once
    LARGEST_PANEL = 256,                      // weight rows that are decoded before any is used
    COLUMN_BLOCK = 2048,                      // a multiple of every format's block
    NEAR_ACTIVATIONS = 512 << 10,             // activations that stay in the second-level cache by themselves
    LINE_BYTES = 64,
};

static ptrdiff_t depth_steps(ptrdiff_t columns) { return (columns + TILE_DEPTH - 1) / TILE_DEPTH; }

// ---------------------------------------------------------------- activations

/// A group of activation rows: [columns / 32][2 tiles][16 pairs of columns][16 rows][2] in bf16.
static size_t group_bytes(ptrdiff_t columns) { return (size_t)depth_steps(columns) * GROUP_TILES * TILE_BYTES; }

/// 32 columns of a row, those beyond `count` as zeros.
KERNEL_INLINE __m512i short_columns(const float *x, ptrdiff_t count) {
    if (count >= TILE_DEPTH) return pack_bf16(_mm512_loadu_ps(x), _mm512_loadu_ps(x + LANES));
    const __mmask32 present = (1u << count) - 1;
    return pack_bf16(_mm512_maskz_loadu_ps((__mmask16)present, x), _mm512_maskz_loadu_ps((__mmask16)(present >> LANES), x + LANES));
}

KERNEL static void arrange_tiles(const float *x, int count, ptrdiff_t columns, void *group) {
    uint8_t *out = group;
    for (ptrdiff_t column = 0; column < columns; column += TILE_DEPTH) {
        for (int tile = 0; tile < GROUP_TILES; tile++, out += TILE_BYTES) {
            __m512i rows[TILE];
            UNROLL for (int r = 0; r < TILE; r++) {
                const int row = tile * TILE + r;
                rows[r] = row < count ? short_columns(x + row * columns + column, columns - column) : _mm512_setzero_si512();
            }
            transpose16(rows);
            UNROLL for (int r = 0; r < TILE; r++) _mm512_store_si512(out + r * 64, rows[r]);
        }
    }
}

static const ActivationLayout tile_groups = {GROUP, group_bytes, arrange_tiles};

// ---------------------------------------------------------------- weights

/// `count` weights of a row, from a whole block on, as one row of consecutive tiles.
KERNEL static void decode_tile_row(WeightFormat format, const uint8_t *row, ptrdiff_t count, uint8_t *tile_row) {
    float numbers[COLUMN_BLOCK];
    decode_avx512(format, row, count, numbers);
    for (ptrdiff_t column = 0; column < count; column += TILE_DEPTH, tile_row += TILE_BYTES)
        _mm512_store_si512(tile_row, short_columns(numbers + column, count - column));
}

/// Rows first ..< last as a panel: [tiles of rows][count / 32][16 rows][32], an even number of tiles. Rows that are missing become
/// zero.
KERNEL static void decode_panel(const Weights *weights, ptrdiff_t first, ptrdiff_t last, ptrdiff_t column, ptrdiff_t count,
                                uint8_t *panel) {
    const size_t tile_row_bytes = (size_t)depth_steps(count) * TILE_BYTES, skipped = weight_row_bytes(weights->format, column);
    const ptrdiff_t rows = (ptrdiff_t)round_up((size_t)(last - first), PANEL_GRAIN);
    for (ptrdiff_t r = 0; r < rows; r++) {
        uint8_t *tile_row = panel + (size_t)(r / TILE) * tile_row_bytes + r % TILE * 64;
        if (first + r < last) decode_tile_row(weights->format, weight_row(weights->format, weights, first + r) + skipped, count, tile_row);
        else for (ptrdiff_t step = 0; step < depth_steps(count); step++) memset(tile_row + step * TILE_BYTES, 0, 64);
    }
}

// ---------------------------------------------------------------- products

/// Sums on their way from the tiles to the result: [2 tiles of weight rows][2 tiles of activation rows].
typedef struct {
    _Alignas(64) float sums[2][GROUP_TILES][TILE][TILE];
    float *out;                     // of the first activation row and weight row
    ptrdiff_t stride, rows, columns;   // of `out`; how many rows and columns of it there are
    bool adds;                      // to what an earlier block of columns left there
} TileResult;

/// Turns one tile and writes those of its sums that belong to the result.
KERNEL_INLINE void write_tile(const float sums[TILE][TILE], float *out, ptrdiff_t stride, ptrdiff_t rows, ptrdiff_t columns, bool adds) {
    __m512i x[TILE];
    UNROLL for (int r = 0; r < TILE; r++) x[r] = _mm512_load_si512(sums[r]);
    transpose16(x);
    const __mmask16 present = (__mmask16)(columns >= TILE ? 0xffff : (1 << columns) - 1);
    UNROLL for (int r = 0; r < TILE; r++) {
        if (r >= rows) break;
        __m512 y = _mm512_castsi512_ps(x[r]);
        if (adds) y = _mm512_add_ps(y, _mm512_maskz_loadu_ps(present, out + r * stride));
        _mm512_mask_storeu_ps(out + r * stride, present, y);
    }
}

KERNEL static void write_result(const TileResult *result) {
    for (int t = 0; t < GROUP_TILES && t * TILE < result->rows; t++)
        for (int w = 0; w < 2 && w * TILE < result->columns; w++)
            write_tile(result->sums[w][t], result->out + t * TILE * result->stride + w * TILE, result->stride,
                       result->rows - t * TILE, result->columns - w * TILE, result->adds);
}

/// Two tiles of weight rows (`panel`, `next` bytes apart) times a group of activation rows, of which `wide` says that it fills
/// more than one tile. What the group before left is written while these products run, and so many lines from `ahead` on are
/// fetched in every step.
TILE_KERNEL static inline __attribute__((always_inline)) void multiply_group(
    bool wide, const uint8_t *panel, size_t next, const uint8_t *group, ptrdiff_t steps, const uint8_t *ahead, ptrdiff_t lines,
    const TileResult *before, TileResult *result) {
    _tile_zero(0);
    _tile_zero(2);
    if (wide) {
        _tile_zero(1);
        _tile_zero(3);
    }
    for (ptrdiff_t step = 0; step < steps; step++, panel += TILE_BYTES, group += GROUP_TILES * TILE_BYTES) {
        _tile_loadd(4, panel, 64);
        _tile_loadd(6, group, 64);
        _tile_dpbf16ps(0, 4, 6);
        for (ptrdiff_t line = 0; line < lines; line++, ahead += LINE_BYTES) _mm_prefetch((const char *)ahead, _MM_HINT_T1);
        _tile_loadd(5, panel + next, 64);
        _tile_dpbf16ps(2, 5, 6);
        if (wide) {
            _tile_loadd(7, group + TILE_BYTES, 64);
            _tile_dpbf16ps(1, 4, 7);
            _tile_dpbf16ps(3, 5, 7);
        }
    }
    if (before) write_result(before);
    _tile_stored(0, result->sums[0][0], 64);
    _tile_stored(2, result->sums[1][0], 64);
    if (wide) {
        _tile_stored(1, result->sums[0][1], 64);
        _tile_stored(3, result->sums[1][1], 64);
    }
}

/// One panel, of which `count` columns from `column` on are decoded, times all activations.
TILE_KERNEL static void multiply_panel(const Weights *weights, ptrdiff_t n, const uint8_t *activations, ptrdiff_t first,
                                       ptrdiff_t last, ptrdiff_t column, ptrdiff_t count, const uint8_t *panel, float *out) {
    const ptrdiff_t steps = depth_steps(count);
    const size_t tile_row_bytes = (size_t)steps * TILE_BYTES;
    const ptrdiff_t shares = (last - first + PANEL_GRAIN - 1) / PANEL_GRAIN, all = GROUP_TILES * TILE_BYTES / LINE_BYTES;
    const bool fetches = (size_t)n * (size_t)count > NEAR_ACTIVATIONS;
    const ptrdiff_t lines = fetches ? (all + shares - 1) / shares : 0;      // of the next group, with each pair of tiles
    TileResult results[2];
    TileResult *before = NULL, *result = results;
    for (ptrdiff_t row = 0; row < n; row += GROUP) {
        const uint8_t *group = activations + (size_t)(row / GROUP) * group_bytes(weights->columns)
                             + (size_t)(column / TILE_DEPTH) * GROUP_TILES * TILE_BYTES;
        for (ptrdiff_t j = first; j < last; j += PANEL_GRAIN) {
            const uint8_t *tiles = panel + (size_t)((j - first) / TILE) * tile_row_bytes;
            result->out = out + row * weights->rows + j;
            result->stride = weights->rows;
            result->rows = n - row;
            result->columns = last - j;
            result->adds = column > 0;
            const uint8_t *ahead = group + group_bytes(weights->columns) + (j - first) / PANEL_GRAIN * lines * LINE_BYTES * steps;
            if (n - row > TILE) multiply_group(true, tiles, tile_row_bytes, group, steps, ahead, lines, before, result);
            else multiply_group(false, tiles, tile_row_bytes, group, steps, ahead, lines, before, result);
            before = result;
            result = result == results ? results + 1 : results;
        }
    }
    write_result(before);
}

static size_t panel_scratch_bytes(ptrdiff_t columns) {
    return LARGEST_PANEL / TILE * (size_t)depth_steps(smaller(columns, COLUMN_BLOCK)) * TILE_BYTES;
}

TILE_KERNEL static void multiply_tiles(const Weights *weights, ptrdiff_t n, const void *activations, ptrdiff_t first, ptrdiff_t last,
                                       void *scratch, float *out) {
    TileShapes shapes = {0};
    for (int tile = 0; tile < 8; tile++) shape_tile(&shapes, tile, TILE, 64);
    _tile_loadconfig(&shapes);
    for (ptrdiff_t row = first; row < last; row += LARGEST_PANEL) {
        const ptrdiff_t end = smaller(row + LARGEST_PANEL, last);
        for (ptrdiff_t column = 0; column < weights->columns; column += COLUMN_BLOCK) {
            const ptrdiff_t count = smaller(weights->columns - column, COLUMN_BLOCK);
            decode_panel(weights, row, end, column, count, scratch);
            multiply_panel(weights, n, activations, row, end, column, count, scratch, out);
        }
    }
    _tile_release();
}

static ProductKernel choose(WeightFormat format, ptrdiff_t n) {
    if (format == WEIGHTS_F32 || n <= FEW_ROWS) return products_avx512.choose(format, n);
    return (ProductKernel){&tile_groups, PANEL_GRAIN, panel_scratch_bytes, multiply_tiles};
}

const ProductKernels products_amx = {choose};
#endif
