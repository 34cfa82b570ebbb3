// What all product kernels share: where weight rows lie, and activations quantised row by row.
#pragma once
#include "numbers.h"
#include "weight_blocks.h"

static inline __attribute__((always_inline)) size_t weight_row_bytes(WeightFormat format, ptrdiff_t columns) {
    BlockFacts facts = block_facts(format);
    return (size_t)(columns / facts.weights) * (size_t)facts.bytes;
}
/// The format is the weights' own: a constant where a function is compiled for one.
static inline __attribute__((always_inline)) const uint8_t *weight_row(WeightFormat format, const Weights *weights, ptrdiff_t row) {
    return (const uint8_t *)weights->values + (size_t)row * weight_row_bytes(format, weights->columns);
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

/// 128 columns of an activation row in int8. Sums are those of q, times the scale.
typedef struct { int8_t q[4 * BLOCK]; float scale[4], sum[4], half_sum[8]; } QuantisedStretch;

/// A quantised row is its stretches, the last filled up with zeros.
static inline size_t quantised_row_bytes(ptrdiff_t columns) {
    return round_up((size_t)columns, 4 * BLOCK) / (4 * BLOCK) * sizeof(QuantisedStretch);
}
static inline const QuantisedStretch *quantised_row(const void *activations, ptrdiff_t row, ptrdiff_t columns) {
    return (const QuantisedStretch *)((const uint8_t *)activations + (size_t)row * quantised_row_bytes(columns));
}
static inline __attribute__((always_inline)) void quantise_row(const float *x, ptrdiff_t columns, void *to) {
    QuantisedStretch *row = to;
    memset(row, 0, quantised_row_bytes(columns));
    for (ptrdiff_t b = 0; b < columns / BLOCK; b++) {
        QuantisedStretch *stretch = row + b / 4;
        const int i = (int)(b % 4);
        int32_t sum[2];
        quantise_block(x + b * BLOCK, stretch->q + i * BLOCK, &stretch->scale[i], sum);
        stretch->sum[i] = stretch->scale[i] * (float)(sum[0] + sum[1]);
        for (int half = 0; half < 2; half++) stretch->half_sum[2 * i + half] = stretch->scale[i] * (float)sum[half];
    }
}
