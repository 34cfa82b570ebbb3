// What all product kernels share: the blocks of weight files, conversions of single numbers, activations quantised row by row.
#pragma once
#include "products.h"
#include <stdint.h>
#include <string.h>

enum { BLOCK = 32 };   // weights, and activations, that share a scale

typedef struct { uint16_t scale; int8_t q[BLOCK]; } BlockQ8_0;
typedef struct { uint16_t scale; uint8_t q[BLOCK / 2]; } BlockQ4_0;

static inline float float_of_word(uint32_t word) {
    float value;
    memcpy(&value, &word, 4);
    return value;
}
static inline uint32_t word_of_float(float value) {
    uint32_t word;
    memcpy(&word, &value, 4);
    return word;
}
static inline float float_of_bf16(uint16_t half) { return float_of_word((uint32_t)half << 16); }
/// Moving the exponent by a product treats subnormal numbers like all others.
static inline float float_of_f16(uint16_t half) {
    uint32_t magnitude = half & 0x7fffu, sign = (uint32_t)(half & 0x8000u) << 16;
    float value = magnitude >= 0x7c00 ? float_of_word(magnitude << 13 | 0x7f800000u) : float_of_word(magnitude << 13) * 0x1p112f;
    return float_of_word(word_of_float(value) | sign);
}

static inline size_t block_bytes(WeightFormat format) { return format == WEIGHTS_Q8_0 ? sizeof(BlockQ8_0) : sizeof(BlockQ4_0); }
static inline size_t weight_row_bytes(WeightFormat format, ptrdiff_t columns) {
    switch (format) {
        case WEIGHTS_F32: return (size_t)columns * 4;
        case WEIGHTS_F16:
        case WEIGHTS_BF16: return (size_t)columns * 2;
        default: return (size_t)(columns / BLOCK) * block_bytes(format);
    }
}
static inline const uint8_t *weight_row(const Weights *weights, ptrdiff_t row) {
    return (const uint8_t *)weights->values + (size_t)row * weight_row_bytes(weights->format, weights->columns);
}

static inline size_t round_up(size_t count, size_t unit) { return (count + unit - 1) / unit * unit; }
static inline ptrdiff_t smaller(ptrdiff_t a, ptrdiff_t b) { return a < b ? a : b; }

// ---------------------------------------------------------------- activations as int8

/// Quantises 32 floats and returns the sum of the integers. Adding 1.5 * 2^23 rounds to nearest even and leaves the integer in
/// the low bits, in every instruction set; the product stands in a statement of its own so that it is never fused.
static inline __attribute__((always_inline)) int32_t quantise_block(const float *restrict x, int8_t *restrict q, float *restrict scale) {
    float lanes[BLOCK / 2];
    for (int i = 0; i < BLOCK / 2; i++) {
        float low = __builtin_fabsf(x[i]), high = __builtin_fabsf(x[i + BLOCK / 2]);
        lanes[i] = high > low ? high : low;
    }
    for (int width = BLOCK / 4; width > 0; width /= 2)
        for (int i = 0; i < width; i++) lanes[i] = lanes[i + width] > lanes[i] ? lanes[i + width] : lanes[i];
    float most = lanes[0], inverse = most > 0 ? 127.0f / most : 0;
    uint32_t sum = 0;
    for (int i = 0; i < BLOCK; i++) {
        float scaled = x[i] * inverse;
        float shifted = scaled + 12582912.0f;
        uint32_t rounded = word_of_float(shifted) - word_of_float(12582912.0f);
        q[i] = (int8_t)rounded;
        sum += rounded;
    }
    *scale = most / 127.0f;
    return (int32_t)sum;
}

/// One activation row in int8, padded with zeros to a multiple of 128 columns.
typedef struct {
    int8_t *q;       // [padded columns]
    float *scale;    // [padded columns / 32]
    float *sum;      // [padded columns / 32]   scale * sum of q
} QuantisedRow;

static inline size_t padded_columns(ptrdiff_t columns) { return round_up((size_t)columns, 4 * BLOCK); }
static inline size_t quantised_row_bytes(ptrdiff_t columns) {
    return round_up(padded_columns(columns) + padded_columns(columns) / BLOCK * 8, 64);
}
static inline QuantisedRow quantised_row(const void *activations, ptrdiff_t row, ptrdiff_t columns) {
    int8_t *q = (int8_t *)activations + (size_t)row * quantised_row_bytes(columns);
    float *scale = (float *)(q + padded_columns(columns));
    return (QuantisedRow){q, scale, scale + padded_columns(columns) / BLOCK};
}
static inline __attribute__((always_inline)) void quantise_row(const float *x, ptrdiff_t columns, void *to) {
    QuantisedRow row = quantised_row(to, 0, columns);
    ptrdiff_t blocks = columns / BLOCK, padded = (ptrdiff_t)padded_columns(columns) / BLOCK;
    for (ptrdiff_t b = 0; b < blocks; b++) {
        int32_t sum = quantise_block(x + b * BLOCK, row.q + b * BLOCK, &row.scale[b]);
        row.sum[b] = row.scale[b] * (float)sum;
    }
    memset(row.q + blocks * BLOCK, 0, (size_t)(padded - blocks) * BLOCK);
    for (ptrdiff_t b = blocks; b < padded; b++) row.scale[b] = row.sum[b] = 0;
}
