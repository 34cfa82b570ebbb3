// What all product kernels share: where weight rows lie, and activations quantised row by row.
#pragma once
#include "numbers.h"
#include "weight_blocks.h"

static inline size_t weight_row_bytes(WeightFormat format, ptrdiff_t columns) {
    BlockFacts facts = block_facts(format);
    return (size_t)(columns / facts.weights) * (size_t)facts.bytes;
}
static inline const uint8_t *weight_row(const Weights *weights, ptrdiff_t row) {
    return (const uint8_t *)weights->values + (size_t)row * weight_row_bytes(weights->format, weights->columns);
}

// ---------------------------------------------------------------- activations as int8

/// Quantises 32 floats; gives the sums of the first and the last 16 integers. Adding 1.5 * 2^23 rounds to nearest even and leaves
/// the integer in the low bits, in every instruction set; the product stands in a statement of its own so that it is never fused.
static inline __attribute__((always_inline)) void quantise_block(const float *restrict x, int8_t *restrict q, float *restrict scale,
                                                                 int32_t sum[2]) {
    float lanes[HALF_BLOCK];
    for (int i = 0; i < HALF_BLOCK; i++) {
        float low = __builtin_fabsf(x[i]), high = __builtin_fabsf(x[i + HALF_BLOCK]);
        lanes[i] = high > low ? high : low;
    }
    for (int width = HALF_BLOCK / 2; width > 0; width /= 2)
        for (int i = 0; i < width; i++) lanes[i] = lanes[i + width] > lanes[i] ? lanes[i + width] : lanes[i];
    float most = lanes[0], inverse = most > 0 ? 127.0f / most : 0;
    for (int half = 0; half < 2; half++) {
        uint32_t total = 0;
        for (int i = half * HALF_BLOCK; i < (half + 1) * HALF_BLOCK; i++) {
            float scaled = x[i] * inverse;
            float shifted = scaled + 12582912.0f;
            uint32_t rounded = word_of_float(shifted) - word_of_float(12582912.0f);
            q[i] = (int8_t)rounded;
            total += rounded;
        }
        sum[half] = (int32_t)total;
    }
    *scale = most / 127.0f;
}

/// One activation row in int8, padded with zeros to a multiple of 128 columns.
typedef struct {
    int8_t *q;         // [padded columns]
    float *scale;      // [padded columns / 32]
    float *sum;        // [padded columns / 32]   scale * sum of q
    float *half_sum;   // [padded columns / 16]   the same of 16
} QuantisedRow;

static inline size_t padded_columns(ptrdiff_t columns) { return round_up((size_t)columns, 4 * BLOCK); }
static inline size_t quantised_row_bytes(ptrdiff_t columns) {
    return round_up(padded_columns(columns) + padded_columns(columns) / BLOCK * 4 * sizeof(float), 64);
}
static inline QuantisedRow quantised_row(const void *activations, ptrdiff_t row, ptrdiff_t columns) {
    int8_t *q = (int8_t *)activations + (size_t)row * quantised_row_bytes(columns);
    float *scale = (float *)(q + padded_columns(columns));
    size_t blocks = padded_columns(columns) / BLOCK;
    return (QuantisedRow){q, scale, scale + blocks, scale + 2 * blocks};
}
static inline __attribute__((always_inline)) void quantise_row(const float *x, ptrdiff_t columns, void *to) {
    QuantisedRow row = quantised_row(to, 0, columns);
    ptrdiff_t blocks = columns / BLOCK;
    memset((int8_t *)to + columns, 0, quantised_row_bytes(columns) - (size_t)columns);
    for (ptrdiff_t b = 0; b < blocks; b++) {
        int32_t sum[2];
        quantise_block(x + b * BLOCK, row.q + b * BLOCK, &row.scale[b], sum);
        row.sum[b] = row.scale[b] * (float)(sum[0] + sum[1]);
        for (int half = 0; half < 2; half++) row.half_sum[2 * b + half] = row.scale[b] * (float)sum[half];
    }
}
