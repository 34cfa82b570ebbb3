// Training attention with products in float32: how blocks lie, and their products. Vectors of any width.
#pragma once
#include "register_tiles.h"
#include "vector_powers.h"
#include "attention_training.h"

typedef float Element;
/// Dimensions are padded with zeros to a multiple of the unit. Weights lie alike as left and as right sides.
enum { SIDE = TRAINING_BLOCK, DIMENSION_UNIT = 16, SIDES_ALIKE = true };

/// out [rows][columns] = or += a · b, where a [rows][steps] lies by any strides and rows of b and out lie one after the other.
KERNEL static void multiply(int32_t rows, int32_t columns, int32_t steps, const float *a, size_t a_row, size_t a_step, const float *b,
                            bool adds, float *out) {
    const size_t stride = (size_t)columns;
    for (int32_t r = 0; r < rows; r += ROWS, a += ROWS * a_row, out += ROWS * stride) {
        int32_t c = 0;
        for (; c + COLUMNS * LANES <= columns; c += COLUMNS * LANES)
            register_tile(COLUMNS, steps, a, a_row, a_step, b + c, stride, adds, out + c, stride);
        for (; c < columns; c += LANES) register_tile(1, steps, a, a_row, a_step, b + c, stride, adds, out + c, stride);
    }
}

/// Products that wait for their turn: here none does, each is computed at once.
typedef struct { bool none; } Products;

KERNEL_INLINE void begin_products(Products *products) { products->none = true; }
KERNEL_INLINE void some_products(Products *products) { (void)products; }
KERNEL_INLINE void finish_products(Products *products) { (void)products; }
KERNEL_INLINE void end_products(Products *products) { (void)products; }

// ---------------------------------------------------------------- blocks of 64 tokens
// A product has a left side and a right side; both are packed as [64 tokens][dimension] or, "turned", as [dimension][64 tokens].

/// One row of a block, times a factor, with zeros up to the padded dimension.
KERNEL_INLINE void pack_row(const float *x, int32_t dim, int32_t padded, float factor, float *out) {
    for (int32_t e = 0; e < dim; e++) out[e] = x[e] * factor;
    for (int32_t e = dim; e < padded; e++) out[e] = 0;
}

KERNEL static void pack_rows(const float *x, ptrdiff_t stride, int32_t count, int32_t dim, int32_t padded, float factor, Element *out) {
    for (int32_t t = 0; t < SIDE; t++, x += stride, out += padded) pack_row(x, t < count ? dim : 0, padded, factor, out);
}

#define pack_left_rows pack_rows
#define pack_right_rows pack_rows
#define pack_left_columns pack_rows   // the product reads it by columns

KERNEL static void pack_right_columns(const float *x, ptrdiff_t stride, int32_t count, int32_t dim, int32_t padded, float factor,
                                      Element *out) {
    for (int32_t t = 0; t < SIDE; t += LANES) {
        for (int32_t e = 0; e < padded; e += LANES) {
            Words square[LANES];
            UNROLL for (int i = 0; i < LANES; i++) {
                float row[LANES];
                const int32_t there = t + i >= count || e >= dim ? 0 : dim - e < LANES ? dim - e : LANES;
                pack_row(x + (t + i) * stride + e, there, LANES, factor, row);
                square[i] = load_words(row);
            }
            transpose(square);
            UNROLL for (int i = 0; i < LANES; i++) store_words(out + (e + i) * SIDE + t, square[i]);
        }
    }
}

/// Scores [64 keys][64 queries] of keys (left rows) and queries (right columns).
KERNEL_INLINE void block_scores(Products *products, int32_t dim, const Element *left, const Element *right, float *out) {
    (void)products;
    multiply(SIDE, SIDE, dim, left, (size_t)dim, 1, right, false, out);
}
/// out [64 keys][dimension] += weights [64 keys][64 queries] · right rows [64 queries][dimension].
KERNEL_INLINE void add_to_rows(Products *products, int32_t dim, const Element *weights, const Element *right, float *out) {
    (void)products;
    multiply(SIDE, dim, SIDE, weights, SIDE, 1, right, true, out);
}
/// out [dimension][64 queries] += left columns [dimension][64 keys] · weights [64 keys][64 queries].
KERNEL_INLINE void add_to_columns(Products *products, int32_t dim, const Element *left, const Element *weights, float *out) {
    (void)products;
    multiply(dim, SIDE, SIDE, left, 1, (size_t)dim, weights, true, out);
}

/// 2^x, exactly 0 of minus infinity.
KERNEL_INLINE Floats weight_of(Floats x) { return chosen(x == splat(-INFINITY), splat(0), power_of_two(x)); }

/// Writes two vectors of two rows, from a row and a column on, of weights that become a left side, a right side, or both; here these
/// are the same.
KERNEL_INLINE void put_weights(Floats x[2][2], int32_t row, int32_t column, Element *left, Element *right) {
    Element *out = left ? left : right;
    UNROLL for (int r = 0; r < 2; r++)
        UNROLL for (int v = 0; v < 2; v++) store_floats(out + (row + r) * SIDE + column + v * LANES, x[r][v]);
}
