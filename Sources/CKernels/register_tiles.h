// Products in float32 whose sums stay in registers, for vectors of any width.
//
// Before including it, define COLUMNS: how many vectors a tile of sums is wide; ROWS * COLUMNS sums must fit the registers.
#pragma once
#include "vectors.h"

enum { ROWS = 4 };

/// out [ROWS][V vectors] = or += a · b over some steps; a lies by any strides, rows of b and of out lie `b_step` and `stride` floats apart.
KERNEL_INLINE void register_tile(const int V, int32_t steps, const float *a, size_t a_row, size_t a_step, const float *b, size_t b_step,
                                 bool adds, float *out, size_t stride) {
    Floats sums[ROWS][COLUMNS];
    UNROLL for (int r = 0; r < ROWS; r++)
        UNROLL for (int v = 0; v < V; v++) sums[r][v] = adds ? load_floats(out + (size_t)r * stride + v * LANES) : (Floats){0};
    for (int32_t i = 0; i < steps; i++, a += a_step, b += b_step) {
        Floats w[COLUMNS];
        UNROLL for (int v = 0; v < V; v++) w[v] = load_floats(b + v * LANES);
        UNROLL for (int r = 0; r < ROWS; r++) {
            const float x = a[(size_t)r * a_row];
            UNROLL for (int v = 0; v < V; v++) sums[r][v] += x * w[v];
        }
    }
    UNROLL for (int r = 0; r < ROWS; r++)
        UNROLL for (int v = 0; v < V; v++) store_floats(out + (size_t)r * stride + v * LANES, sums[r][v]);
}
