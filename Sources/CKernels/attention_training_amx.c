// Training attention by AMX tiles: numbers are rounded to bf16, sums are float32. Memory of a block is counted in pairs of numbers that
// one 32-bit word holds.
//
// Left sides lie row by row, right sides in pairs of rows. What is called "rows" is [64 tokens][dimension], "columns" the same turned.
//
// Products wait in a list until the vectors work on other blocks: exponentials take about half as long as the tiles do, and both can
// go on at the same time if their instructions lie near each other.
#if defined(__x86_64__)
#include "training_tiles.h"
#include "attention_training.h"
#include <math.h>

typedef uint16_t Element;
enum { SIDE = TRAINING_BLOCK, DIMENSION_UNIT = TILE_DEPTH, SIDES_ALIKE = false };

// ---------------------------------------------------------------- products

enum { MOST_WAITING = 64, PARTS = 32 };

/// Products that wait for their turn; those before `done` had it.
typedef struct {
    TileProduct waiting[MOST_WAITING];
    int32_t count, done, parts;
} Products;

KERNEL static void begin_products(Products *products) {
    shape_whole_tiles();
    products->count = products->done = products->parts = 0;
}

/// Computes one part of PARTS of what waits.
KERNEL_INLINE void some_products(Products *products) {
    products->parts++;
    while (products->done * PARTS < products->count * products->parts && products->done < products->count)
        multiply_tiles(products->waiting + products->done++);
}

/// Computes what still waits.
KERNEL static void finish_products(Products *products) {
    while (products->done < products->count) multiply_tiles(products->waiting + products->done++);
    products->count = products->done = products->parts = 0;
}

KERNEL_INLINE void end_products(Products *products) {
    finish_products(products);
    _tile_release();
}

/// out [rows][columns] = or += left [rows][depth] · right [depth][columns], by and by; all are multiples of 32.
KERNEL static void multiply(Products *products, int32_t rows, int32_t columns, int32_t depth, const Element *left,
                            const Element *right, bool adds, float *out) {
    const size_t left_words = (size_t)depth / 2, stride = (size_t)columns;
    for (int32_t r = 0; r < rows; r += 2 * TILE) {
        for (int32_t c = 0; c < columns; c += 2 * TILE) {
            if (products->count == MOST_WAITING) finish_products(products);
            products->waiting[products->count++] =
                (TileProduct){(const uint32_t *)left + (size_t)r * left_words, (const uint32_t *)right + c,
                              out + (size_t)r * stride + c, left_words, stride, depth / TILE_DEPTH, adds};
        }
    }
}

/// Scores [64 keys][64 queries] of keys (left rows) and queries (right columns).
KERNEL_INLINE void block_scores(Products *products, int32_t dim, const Element *left, const Element *right, float *out) {
    multiply(products, SIDE, SIDE, dim, left, right, false, out);
}
/// out [64 keys][dimension] += weights [64 keys][64 queries] · right rows [64 queries][dimension].
KERNEL_INLINE void add_to_rows(Products *products, int32_t dim, const Element *weights, const Element *right, float *out) {
    multiply(products, SIDE, dim, SIDE, weights, right, true, out);
}
/// out [dimension][64 queries] += left columns [dimension][64 keys] · weights [64 keys][64 queries].
KERNEL_INLINE void add_to_columns(Products *products, int32_t dim, const Element *left, const Element *weights, float *out) {
    multiply(products, dim, SIDE, SIDE, left, weights, true, out);
}

// ---------------------------------------------------------------- packing

/// A left side [64 tokens][dimension].
KERNEL static void pack_left_rows(const float *x, ptrdiff_t stride, int32_t count, int32_t dim, int32_t padded, float factor,
                                  Element *out) {
    const __m512 factors = _mm512_set1_ps(factor);
    for (int32_t t = 0; t < SIDE; t++)
        for (int32_t e = 0; e < padded; e += TILE_DEPTH)
            _mm512_store_si512(out + (size_t)t * (size_t)padded + e, short_numbers(x, stride, t, count, e, dim, factors));
}

/// A right side [dimension][64 tokens]: pairs of dimensions are words, and words are turned.
KERNEL static void pack_right_columns(const float *x, ptrdiff_t stride, int32_t count, int32_t dim, int32_t padded, float factor,
                                      Element *out) {
    const __m512 factors = _mm512_set1_ps(factor);
    uint32_t *words = (uint32_t *)out;
    for (int32_t t = 0; t < SIDE; t += LANES) {
        for (int32_t e = 0; e < padded; e += TILE_DEPTH) {
            __m512i square[LANES];
            UNROLL for (int i = 0; i < LANES; i++) square[i] = short_numbers(x, stride, t + i, count, e, dim, factors);
            transpose16(square);
            UNROLL for (int i = 0; i < LANES; i++) _mm512_store_si512(words + (size_t)(e / 2 + i) * SIDE + t, square[i]);
        }
    }
}

/// A right side [64 tokens][dimension]: pairs of tokens are words.
KERNEL static void pack_right_rows(const float *x, ptrdiff_t stride, int32_t count, int32_t dim, int32_t padded, float factor,
                                   Element *out) {
    const __m512 factors = _mm512_set1_ps(factor);
    uint32_t *words = (uint32_t *)out;
    for (int32_t t = 0; t < SIDE; t += 2, words += padded) {
        for (int32_t e = 0; e < padded; e += TILE_DEPTH) {
            __m512i low, high;
            pair_rows_of(short_numbers(x, stride, t, count, e, dim, factors), short_numbers(x, stride, t + 1, count, e, dim, factors),
                         &low, &high);
            _mm512_store_si512(words + e, low);
            _mm512_store_si512(words + e + LANES, high);
        }
    }
}

/// A left side [dimension][64 tokens]: words of pairs of tokens, turned.
KERNEL static void pack_left_columns(const float *x, ptrdiff_t stride, int32_t count, int32_t dim, int32_t padded, float factor,
                                     Element *out) {
    const __m512 factors = _mm512_set1_ps(factor);
    uint32_t *words = (uint32_t *)out;
    for (int32_t t = 0; t < SIDE; t += 2 * LANES) {
        for (int32_t e = 0; e < padded; e += TILE_DEPTH) {
            __m512i low[LANES], high[LANES];
            UNROLL for (int i = 0; i < LANES; i++)
                pair_rows_of(short_numbers(x, stride, t + 2 * i, count, e, dim, factors),
                             short_numbers(x, stride, t + 2 * i + 1, count, e, dim, factors), low + i, high + i);
            transpose16(low);
            transpose16(high);
            UNROLL for (int i = 0; i < LANES; i++) {
                _mm512_store_si512(words + (size_t)(e + i) * (SIDE / 2) + t / 2, low[i]);
                _mm512_store_si512(words + (size_t)(e + LANES + i) * (SIDE / 2) + t / 2, high[i]);
            }
        }
    }
}

/// 2^x with a relative error of 8e-5, for numbers that are rounded to bf16 next; 0 of minus infinity.
KERNEL_INLINE Floats weight_of(Floats x) {
    const __m512 f = _mm512_reduce_ps((__m512)x, _MM_FROUND_TO_NEG_INF | _MM_FROUND_NO_EXC);
    __m512 y = _mm512_fmadd_ps(_mm512_set1_ps(0.07802443f), f, _mm512_set1_ps(0.22606737f));
    y = _mm512_fmadd_ps(y, f, _mm512_set1_ps(0.69583342f));
    y = _mm512_fmadd_ps(y, f, _mm512_set1_ps(0.99992523f));
    return (Floats)_mm512_scalef_ps(y, (__m512)x);
}

/// Writes two vectors of two rows, from a row and a column on, of weights that become a left side, a right side, or both.
KERNEL_INLINE void put_weights(Floats x[2][2], int32_t row, int32_t column, Element *left, Element *right) {
    const __m512i first = pack_bf16((__m512)x[0][0], (__m512)x[0][1]), second = pack_bf16((__m512)x[1][0], (__m512)x[1][1]);
    if (left) {
        _mm512_store_si512(left + row * SIDE + column, first);
        _mm512_store_si512(left + (row + 1) * SIDE + column, second);
    }
    if (right) {
        __m512i low, high;
        pair_rows_of(first, second, &low, &high);
        uint32_t *words = (uint32_t *)right + row / 2 * SIDE + column;
        _mm512_store_si512(words, low);
        _mm512_store_si512(words + LANES, high);
    }
}

#include "attention_training_scores.h"
#include "attention_training_body.h"
#include "attention_training_gradient.h"
#include "attention_training_families.h"

const TrainingAttentionKernels training_attention_amx = {attend_bytes, attend, gradient_bytes, attention_gradient};
#endif
