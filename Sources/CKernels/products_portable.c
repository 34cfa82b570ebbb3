// The reference products: plain C, one weight at a time, obviously right. Every other family is tested against this one.
#include "plain_blocks.h"
#include "products_families.h"

static void arrange_row(const float *x, int count, ptrdiff_t columns, void *group) {
    (void)count;   // a group is one row
    quantise_row(x, columns, group);
}
static const ActivationLayout quantised_rows = {1, quantised_row_bytes, arrange_row};

static float float_weight(WeightFormat format, const uint8_t *row, ptrdiff_t i) {
    if (format == WEIGHTS_F32) return ((const float *)row)[i];
    uint16_t half = ((const uint16_t *)row)[i];
    return format == WEIGHTS_F16 ? float_of_f16(half) : float_of_bf16(half);
}

static void multiply_floats(const Weights *weights, ptrdiff_t n, const void *activations, ptrdiff_t first, ptrdiff_t last,
                            void *scratch, float *out) {
    (void)scratch;
    for (ptrdiff_t j = first; j < last; j++) {
        const uint8_t *row = weight_row(weights->format, weights, j);
        for (ptrdiff_t r = 0; r < n; r++) {
            const float *x = (const float *)activations + r * weights->columns;
            float sum = 0;
            for (ptrdiff_t i = 0; i < weights->columns; i++) sum += x[i] * float_weight(weights->format, row, i);
            out[r * weights->rows + j] = sum;
        }
    }
}

/// Adds one block of weights times 32 activations to a sum: the integers of a group are summed exactly first.
static float with_block(float sum, const PlainBlock *w, int group, const int8_t *q, float scale) {
    for (int first = 0; first < BLOCK; first += group) {
        int32_t dot = 0, total = 0;
        for (int i = first; i < first + group; i++) {
            dot += w->q[i] * q[i];
            total += q[i];
        }
        sum += (float)dot * (w->scale[first / HALF_BLOCK] * scale);
        sum -= (float)total * (w->least[first / HALF_BLOCK] * scale);
    }
    return sum;
}

static void multiply_blocks(const Weights *weights, ptrdiff_t n, const void *activations, ptrdiff_t first, ptrdiff_t last,
                            void *scratch, float *out) {
    (void)scratch;
    for (ptrdiff_t j = first; j < last; j++) {
        for (ptrdiff_t r = 0; r < n; r++) out[r * weights->rows + j] = 0;
        for (ptrdiff_t b = 0; b < weights->columns / BLOCK; b++) {
            PlainBlock block = plain_block(weights->format, weight_row(weights->format, weights, j), b);
            for (ptrdiff_t r = 0; r < n; r++) {
                const QuantisedStretch *x = quantised_row(activations, r, weights->columns) + b / 4;
                float *sum = &out[r * weights->rows + j];
                *sum = with_block(*sum, &block, block_facts(weights->format).group, x->q + b % 4 * BLOCK, x->scale[b % 4]);
            }
        }
    }
}

static ProductKernel choose(WeightFormat format, ptrdiff_t n) {
    (void)n;   // the same for few and many rows
    if (is_block_format(format)) return (ProductKernel){&quantised_rows, 1, NULL, multiply_blocks};
    return (ProductKernel){NULL, 1, NULL, multiply_floats};
}

const ProductKernels products_portable = {choose};
