// Training attention by AMX tiles: numbers are rounded to bf16, sums are float32. Memory of a block is counted in pairs of numbers that
// one 32-bit word holds.
//
// Left sides lie row by row, right sides in pairs of rows. What is called "rows" is [64 tokens][dimension], "columns" the same turned.
//
// Products wait in a list until the vectors work on other blocks: exponentials take about half as long as the tiles do, and both can
// go on at the same time if their instructions lie near each other.
#if defined(__x86_64__)
#include "lanes_avx512.h"
#include "tiles.h"
#include "attention_training.h"
#include <math.h>

#undef KERNEL
#undef KERNEL_INLINE
#define KERNEL TILE_KERNEL
#define KERNEL_INLINE static inline __attribute__((always_inline)) KERNEL

typedef uint16_t Element;
enum { SIDE = TRAINING_BLOCK, DIMENSION_UNIT = TILE_DEPTH, SIDES_ALIKE = false };

// ---------------------------------------------------------------- products

/// Two by two tiles of a product. A left side has rows of `left_words` words; rows of a right side, and of out, lie `stride` words apart.
typedef struct {
    const uint32_t *left, *right;
    float *out;
    size_t left_words, stride;
    int32_t steps;
    bool adds;                              // to what is there
} TileProduct;

enum { MOST_WAITING = 64, PARTS = 32 };

/// Products that wait for their turn; those before `done` had it.
typedef struct {
    TileProduct waiting[MOST_WAITING];
    int32_t count, done, parts;
} Products;

KERNEL static void multiply_tiles(const TileProduct *product) {
    const size_t left_bytes = product->left_words * 4, bytes = product->stride * 4;
    const uint32_t *left = product->left, *right = product->right;
    float *out = product->out, *below = out + TILE * product->stride;
    if (product->adds) {
        _tile_loadd(0, out, bytes);
        _tile_loadd(1, out + TILE, bytes);
        _tile_loadd(2, below, bytes);
        _tile_loadd(3, below + TILE, bytes);
    } else {
        _tile_zero(0);
        _tile_zero(1);
        _tile_zero(2);
        _tile_zero(3);
    }
    for (int32_t step = 0; step < product->steps; step++, left += TILE, right += TILE * product->stride) {
        _tile_loadd(4, left, left_bytes);
        _tile_loadd(6, right, bytes);
        _tile_dpbf16ps(0, 4, 6);
        _tile_loadd(7, right + TILE, bytes);
        _tile_dpbf16ps(1, 4, 7);
        _tile_loadd(5, left + TILE * product->left_words, left_bytes);
        _tile_dpbf16ps(2, 5, 6);
        _tile_dpbf16ps(3, 5, 7);
    }
    _tile_stored(0, out, bytes);
    _tile_stored(1, out + TILE, bytes);
    _tile_stored(2, below, bytes);
    _tile_stored(3, below + TILE, bytes);
}

KERNEL static void begin_products(Products *products) {
    TileShapes shapes = {0};
    for (int tile = 0; tile < 8; tile++) shape_tile(&shapes, tile, TILE, 64);
    _tile_loadconfig(&shapes);
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

/// 16 numbers of a row, times a factor; what is missing of them is 0.
KERNEL_INLINE __m512 some_numbers(const float *x, int32_t count, __m512 factor) {
    if (count >= LANES) return _mm512_mul_ps(_mm512_loadu_ps(x), factor);
    return count <= 0 ? _mm512_setzero_ps() : _mm512_mul_ps(_mm512_maskz_loadu_ps((__mmask16)((1 << count) - 1), x), factor);
}

/// 32 numbers of two rows as pairs that are one below the other.
KERNEL_INLINE void pair_rows_of(__m512i first, __m512i second, __m512i *low, __m512i *high) {
    const __m512i places = _mm512_add_epi16(_mm512_set1_epi32(0x00200000), _mm512_mullo_epi32(
        _mm512_set_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0), _mm512_set1_epi32(0x10001)));
    *low = _mm512_permutex2var_epi16(first, places, second);
    *high = _mm512_permutex2var_epi16(first, _mm512_add_epi16(places, _mm512_set1_epi16(16)), second);
}

/// 32 numbers from a dimension on of one token of a block.
KERNEL_INLINE __m512i short_numbers(const float *x, ptrdiff_t stride, int32_t token, int32_t count, int32_t e, int32_t dim, __m512 factor) {
    if (token >= count) return _mm512_setzero_si512();
    const float *row = x + token * stride + e;
    return pack_bf16(some_numbers(row, dim - e, factor), some_numbers(row + LANES, dim - e - LANES, factor));
}

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
