// Gradients of weights with products in float32. A few tokens at a time are copied as the tiles read them: rows of a matrix lie far from
// each other, often at distances at which they fight for the same lines of the cache.
#pragma once
#include "register_tiles.h"
#include "weight_gradients.h"

enum { TOKENS_AT_ONCE = 128 };

/// A few tokens, and rows of the gradient that begin at one of `ahead`.
typedef struct {
    const float *x, *ahead;
    ptrdiff_t tokens, stride, columns;      // stride: floats of `ahead` from token to token
    float *gradient;
    float *groups, *strip;                  // memory for groups of rows [rows / ROWS][tokens][ROWS], and for columns [tokens][V vectors]
} NearTokens;

/// What is left beside whole tiles of some rows and columns, number by number.
KERNEL static void add_rest(const NearTokens *near, ptrdiff_t row, ptrdiff_t last_row, ptrdiff_t column) {
    for (ptrdiff_t r = row; r < last_row; r++) {
        for (ptrdiff_t c = column; c < near->columns; c++) {
            float sum = near->gradient[r * near->columns + c];
            for (ptrdiff_t t = 0; t < near->tokens; t++) sum += near->ahead[t * near->stride + r] * near->x[t * near->columns + c];
            near->gradient[r * near->columns + c] = sum;
        }
    }
}

KERNEL static void copy_groups(const NearTokens *near, ptrdiff_t rows) {
    float *out = near->groups;
    for (ptrdiff_t r = 0; r < rows; r += ROWS)
        for (ptrdiff_t t = 0; t < near->tokens; t++, out += ROWS) memcpy(out, near->ahead + t * near->stride + r, ROWS * sizeof *out);
}

/// V vectors of columns from one on, all whole groups of rows.
KERNEL_INLINE void add_columns(const int V, const NearTokens *near, ptrdiff_t rows, ptrdiff_t column) {
    for (ptrdiff_t t = 0; t < near->tokens; t++)
        UNROLL for (int v = 0; v < V; v++)
            store_floats(near->strip + (t * V + v) * LANES, load_floats(near->x + t * near->columns + column + v * LANES));
    for (ptrdiff_t r = 0; r < rows; r += ROWS)
        register_tile(V, (int32_t)near->tokens, near->groups + r * near->tokens, 1, ROWS, near->strip, (size_t)V * LANES, true,
                      near->gradient + r * near->columns + column, (size_t)near->columns);
}

KERNEL static void add_tokens(const NearTokens *near, ptrdiff_t rows) {
    const ptrdiff_t whole = rows / ROWS * ROWS;
    ptrdiff_t c = 0;
    copy_groups(near, whole);
    for (; c + COLUMNS * LANES <= near->columns; c += COLUMNS * LANES) add_columns(COLUMNS, near, whole, c);
    for (; c + LANES <= near->columns; c += LANES) add_columns(1, near, whole, c);
    add_rest(near, 0, whole, c);
    add_rest(near, whole, rows, 0);
}

static size_t copied_bytes(ptrdiff_t columns) {
    (void)columns;
    return TOKENS_AT_ONCE * (GRADIENT_ROWS + COLUMNS * LANES) * sizeof(float);
}

KERNEL static void add_in_floats(const WeightGradient *task, ptrdiff_t first, ptrdiff_t last, void *memory) {
    float *groups = memory;
    for (ptrdiff_t token = 0; token < task->tokens; token += TOKENS_AT_ONCE) {
        const NearTokens near = {task->x + token * task->columns, task->ahead + token * task->rows + first,
                                 smaller(task->tokens - token, TOKENS_AT_ONCE), task->rows, task->columns, task->gradient,
                                 groups, groups + TOKENS_AT_ONCE * GRADIENT_ROWS};
        add_tokens(&near, last - first);
    }
}
