// Conversions of single numbers, in plain C.
#pragma once
#include <stddef.h>
#include <stdint.h>
#include <string.h>

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
/// The nearest bfloat16, ties to even.
static inline uint16_t bf16_of_float(float value) {
    uint32_t word = word_of_float(value);
    if ((word & 0x7fffffff) > 0x7f800000) return (uint16_t)(word >> 16 | 0x40);
    return (uint16_t)((word + 0x7fff + (word >> 16 & 1)) >> 16);
}
/// Moving the exponent by a product treats subnormal numbers like all others.
static inline float float_of_f16(uint16_t half) {
    uint32_t magnitude = half & 0x7fffu, sign = (uint32_t)(half & 0x8000u) << 16;
    float value = magnitude >= 0x7c00 ? float_of_word(magnitude << 13 | 0x7f800000u) : float_of_word(magnitude << 13) * 0x1p112f;
    return float_of_word(word_of_float(value) | sign);
}
/// Half of the power of two that an 8-bit exponent stands for: 2^(exponent - 128). The smallest two are subnormal.
static inline float half_power(uint8_t exponent) {
    return float_of_word(exponent < 2 ? 0x200000u << exponent : (uint32_t)(exponent - 1) << 23);
}

static inline size_t round_up(size_t count, size_t unit) { return (count + unit - 1) / unit * unit; }
static inline ptrdiff_t smaller(ptrdiff_t a, ptrdiff_t b) { return a < b ? a : b; }
