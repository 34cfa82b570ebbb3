// Gradients of weights with products in float32: both sides are read where they lie, a few tokens at a time, so that these stay near.
#pragma once
#include "register_tiles.h"
#include "weight_gradients.h"

enum { TOKENS_AT_ONCE = 128 };

/// What is left beside whole tiles of a range of rows and columns, number by number.
KERNEL static void add_rest(const WeightGradient *task, ptrdiff_t token, ptrdiff_t count, ptrdiff_t row, ptrdiff_t last_row,
                            ptrdiff_t column, ptrdiff_t last_column) {
    for (ptrdiff_t r = row; r < last_row; r++) {
        for (ptrdiff_t c = column; c < last_column; c++) {
            float sum = task->gradient[r * task->columns + c];
            for (ptrdiff_t t = token; t < token + count; t++) sum += task->ahead[t * task->rows + r] * task->x[t * task->columns + c];
            task->gradient[r * task->columns + c] = sum;
        }
    }
}

KERNEL static void add_tokens(const WeightGradient *task, ptrdiff_t token, ptrdiff_t count, ptrdiff_t first, ptrdiff_t last) {
    const ptrdiff_t rows = task->rows, columns = task->columns, whole = first + (last - first) / ROWS * ROWS;
    const float *x = task->x + token * columns, *ahead = task->ahead + token * rows;
    ptrdiff_t c = 0;
    for (; c + COLUMNS * LANES <= columns; c += COLUMNS * LANES)
        for (ptrdiff_t r = first; r < whole; r += ROWS)
            register_tile(COLUMNS, (int32_t)count, ahead + r, 1, (size_t)rows, x + c, (size_t)columns, true,
                          task->gradient + r * columns + c, (size_t)columns);
    for (; c + LANES <= columns; c += LANES)
        for (ptrdiff_t r = first; r < whole; r += ROWS)
            register_tile(1, (int32_t)count, ahead + r, 1, (size_t)rows, x + c, (size_t)columns, true,
                          task->gradient + r * columns + c, (size_t)columns);
    add_rest(task, token, count, first, whole, c, columns);
    add_rest(task, token, count, whole, last, 0, columns);
}

static size_t no_bytes(ptrdiff_t columns) {
    (void)columns;
    return 0;
}

KERNEL static void add_in_floats(const WeightGradient *task, ptrdiff_t first, ptrdiff_t last, void *memory) {
    (void)memory;
    for (ptrdiff_t token = 0; token < task->tokens; token += TOKENS_AT_ONCE)
        add_tokens(task, token, smaller(task->tokens - token, TOKENS_AT_ONCE), first, last);
}
