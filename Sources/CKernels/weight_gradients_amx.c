// Gradients of weights by AMX tiles: numbers are rounded to bf16, sums are float32. A few hundred tokens at a time are packed as they are
// read: those of `ahead` turned, as left sides, those of x in pairs of rows. The sums stay in the second-level cache until the end.
#if defined(__x86_64__)
#include "training_tiles.h"
#include "weight_gradients.h"
#include "weight_gradients_families.h"

enum { DEPTH = 256, UNIT = 2 * TILE };

static ptrdiff_t whole_units(ptrdiff_t count) { return (count + UNIT - 1) / UNIT * UNIT; }

/// Memory of one call: sums [rows / 32][columns / 32][32][32], a left side [rows][DEPTH / 2 words], and a right side
/// [columns / 32][DEPTH / 2][32 words]: rows of tiles lie near each other, lest they fight for the same lines of the cache.
static size_t tile_bytes(ptrdiff_t columns) {
    return (size_t)whole_units(columns) * (GRADIENT_ROWS + DEPTH / 2) * 4 + GRADIENT_ROWS * DEPTH / 2 * 4;
}

/// 32 numbers of a token from a place on; missing ones, of the token or of the row, are 0.
KERNEL_INLINE __m512i numbers_of(const float *x, ptrdiff_t stride, ptrdiff_t token, ptrdiff_t tokens, ptrdiff_t place, ptrdiff_t end) {
    return short_numbers(x + place, stride, (int32_t)token, (int32_t)tokens, 0, (int32_t)smaller(end - place, UNIT), _mm512_set1_ps(1));
}

/// `count` of the tokens, those missing up to DEPTH as 0, as a right side.
KERNEL static void pack_right(const float *x, ptrdiff_t columns, ptrdiff_t count, uint32_t *words) {
    for (ptrdiff_t t = 0; t < DEPTH; t += 2, words += UNIT) {
        for (ptrdiff_t c = 0; c < columns; c += UNIT) {
            __m512i low, high;
            pair_rows_of(numbers_of(x, columns, t, count, c, columns), numbers_of(x, columns, t + 1, count, c, columns), &low, &high);
            _mm512_store_si512(words + c * (DEPTH / 2), low);
            _mm512_store_si512(words + c * (DEPTH / 2) + LANES, high);
        }
    }
}

/// The same of some places of each token, as a left side.
KERNEL static void pack_left(const float *x, ptrdiff_t stride, ptrdiff_t count, ptrdiff_t first, ptrdiff_t last, uint32_t *words) {
    for (ptrdiff_t t = 0; t < DEPTH; t += 2 * LANES) {
        for (ptrdiff_t place = first; place < last; place += UNIT) {
            __m512i low[LANES], high[LANES];
            UNROLL for (int i = 0; i < LANES; i++)
                pair_rows_of(numbers_of(x, stride, t + 2 * i, count, place, last), numbers_of(x, stride, t + 2 * i + 1, count, place, last),
                             low + i, high + i);
            transpose16(low);
            transpose16(high);
            uint32_t *out = words + (place - first) * (DEPTH / 2) + t / 2;
            UNROLL for (int i = 0; i < LANES; i++) {
                _mm512_store_si512(out + i * (DEPTH / 2), low[i]);
                _mm512_store_si512(out + (LANES + i) * (DEPTH / 2), high[i]);
            }
        }
    }
}

KERNEL static void add_by_tiles(const WeightGradient *task, ptrdiff_t first, ptrdiff_t last, void *memory) {
    const ptrdiff_t width = whole_units(task->columns), height = whole_units(last - first);
    float *sums = memory;
    uint32_t *left = (uint32_t *)(sums + width * GRADIENT_ROWS), *right = left + GRADIENT_ROWS * DEPTH / 2;
    shape_whole_tiles();
    for (ptrdiff_t token = 0; token < task->tokens; token += DEPTH) {
        const ptrdiff_t count = smaller(task->tokens - token, DEPTH);
        pack_left(task->ahead + token * task->rows, task->rows, count, first, last, left);
        pack_right(task->x + token * task->columns, task->columns, count, right);
        for (ptrdiff_t c = 0; c < width; c += UNIT) {
            for (ptrdiff_t r = 0; r < height; r += UNIT) {
                const TileProduct product = {left + r * (DEPTH / 2), right + c * (DEPTH / 2), sums + r * width + c * UNIT, DEPTH / 2, UNIT,
                                             DEPTH / TILE_DEPTH, token > 0};
                multiply_tiles(&product);
            }
        }
    }
    _tile_release();
    for (ptrdiff_t r = 0; r < last - first && task->tokens > 0; r++) {
        const float *row = sums + r / UNIT * UNIT * width + r % UNIT * UNIT;
        for (ptrdiff_t c = 0; c < task->columns; c++) task->gradient[r * task->columns + c] += row[c / UNIT * UNIT * UNIT + c % UNIT];
    }
}

const WeightGradientKernels weight_gradients_amx = {tile_bytes, add_by_tiles};
#endif
