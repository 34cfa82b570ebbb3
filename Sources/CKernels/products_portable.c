// The reference products: plain C, one weight at a time, obviously right. Every other family is tested against this one.
#include "products_families.h"
#include "weights.h"

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
        const uint8_t *row = weight_row(weights, j);
        for (ptrdiff_t r = 0; r < n; r++) {
            const float *x = (const float *)activations + r * weights->columns;
            float sum = 0;
            for (ptrdiff_t i = 0; i < weights->columns; i++) sum += x[i] * float_weight(weights->format, row, i);
            out[r * weights->rows + j] = sum;
        }
    }
}

static int32_t dot_q8_0(const BlockQ8_0 *block, const int8_t *q) {
    int32_t sum = 0;
    for (int i = 0; i < BLOCK; i++) sum += block->q[i] * q[i];
    return sum;
}
static int32_t dot_q4_0(const BlockQ4_0 *block, const int8_t *q) {
    int32_t sum = 0;
    for (int i = 0; i < BLOCK / 2; i++) {
        sum += ((block->q[i] & 15) - 8) * q[i];
        sum += ((block->q[i] >> 4) - 8) * q[i + BLOCK / 2];
    }
    return sum;
}

static void multiply_blocks(const Weights *weights, ptrdiff_t n, const void *activations, ptrdiff_t first, ptrdiff_t last,
                            void *scratch, float *out) {
    (void)scratch;
    for (ptrdiff_t j = first; j < last; j++) {
        const uint8_t *row = weight_row(weights, j);
        for (ptrdiff_t r = 0; r < n; r++) {
            QuantisedRow x = quantised_row(activations, r, weights->columns);
            float sum = 0;
            for (ptrdiff_t b = 0; b < weights->columns / BLOCK; b++) {
                const uint8_t *block = row + (size_t)b * block_bytes(weights->format);
                uint16_t scale;
                memcpy(&scale, block, 2);
                int32_t dot = weights->format == WEIGHTS_Q8_0 ? dot_q8_0((const BlockQ8_0 *)block, x.q + b * BLOCK)
                                                               : dot_q4_0((const BlockQ4_0 *)block, x.q + b * BLOCK);
                sum += (float)dot * (float_of_f16(scale) * x.scale[b]);
            }
            out[r * weights->rows + j] = sum;
        }
    }
}

static ProductKernel choose(WeightFormat format, ptrdiff_t n) {
    (void)n;   // the same for few and many rows
    if (format == WEIGHTS_Q8_0 || format == WEIGHTS_Q4_0) return (ProductKernel){&quantised_rows, 1, NULL, multiply_blocks};
    return (ProductKernel){NULL, 1, NULL, multiply_floats};
}

const ProductKernels products_portable = {choose};
