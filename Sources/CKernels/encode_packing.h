// How the levels and scales of blocks lie in bytes: what encoding writes. `level` counts from the lowest, 0 and up.
#pragma once
#include "numbers.h"
#include "weight_blocks.h"

/// The nearest half-precision number, ties to even; what is too large becomes infinity.
static inline uint16_t f16_of_float(float value) {
    uint32_t word = word_of_float(value), sign = word >> 16 & 0x8000, magnitude = word & 0x7fffffff;
    if (magnitude > 0x7f800000) return (uint16_t)(sign | 0x7e00);
    if (magnitude >= 0x477ff000) return (uint16_t)(sign | 0x7c00);             // 65520 and more
    if (magnitude < 0x38800000) {                                              // subnormal: units of 2^-24
        float shifted = float_of_word(magnitude) + 0.5f;                       // 0.5 has the unit 2^-24
        return (uint16_t)(sign | (word_of_float(shifted) - 0x3f000000));
    }
    uint32_t rounded = magnitude + 0xfff + (magnitude >> 13 & 1);
    return (uint16_t)(sign | (rounded - 0x38000000) >> 13);
}

/// 32 levels below 16, and the fifth bits of levels below 32.
static inline void pack_nibbles(const uint8_t level[BLOCK], uint8_t q[16]) {
    for (int i = 0; i < 16; i++) q[i] = (uint8_t)((level[i] & 15) | (level[i + 16] & 15) << 4);
}
static inline uint32_t fifth_bits(const uint8_t level[BLOCK]) {
    uint32_t bits = 0;
    for (int i = 0; i < BLOCK; i++) bits |= (uint32_t)(level[i] >> 4 & 1) << i;
    return bits;
}

/// Bits `shift` and up of 256 levels, `bits` of each: runs of 32 weights share 32 bytes, the first run in the lowest bits.
static inline void pack_runs(const uint8_t level[SUPERBLOCK], int shift, int bits, uint8_t *out) {
    const int runs = 8 / bits, mask = (1 << bits) - 1;
    memset(out, 0, (size_t)(SUPERBLOCK / runs));
    for (int i = 0; i < SUPERBLOCK; i++) {
        int run = i / 32;
        out[run / runs * 32 + i % 32] |= (uint8_t)((level[i] >> shift & mask) << bits * (run % runs));
    }
}

/// 8 scales and 8 minima of 6 bits in 12 bytes: the first four of each whole, with 2 bits of the last four above them.
static inline void pack_scales_and_minima(const uint8_t scale[8], const uint8_t least[8], uint8_t out[12]) {
    for (int i = 0; i < 4; i++) {
        out[i] = (uint8_t)(scale[i] | scale[i + 4] >> 4 << 6);
        out[i + 4] = (uint8_t)(least[i] | least[i + 4] >> 4 << 6);
        out[i + 8] = (uint8_t)((scale[i + 4] & 15) | (least[i + 4] & 15) << 4);
    }
}

/// 16 scales of 6 bits in 12 bytes: 4 bits of two in each of the first 8, 2 bits of four in each of the last 4.
static inline void pack_six_bit_scales(const uint8_t scale[16], uint8_t out[12]) {
    memset(out, 0, 12);
    for (int i = 0; i < 16; i++) {
        out[i % 8] |= (uint8_t)((scale[i] & 15) << 4 * (i / 8));
        out[8 + i % 4] |= (uint8_t)(scale[i] >> 4 << 2 * (i / 4));
    }
}

/// The low 4 bits of 256 levels of 6 as Q6_K has them: runs of 32 weights 0 and 2, 1 and 3 of each half share their bytes.
static inline void pack_low_nibbles(const uint8_t level[SUPERBLOCK], uint8_t out[128]) {
    for (int half = 0; half < 2; half++)
        for (int i = 0; i < 64; i++)
            out[64 * half + i] = (uint8_t)((level[128 * half + i] & 15) | (level[128 * half + 64 + i] & 15) << 4);
}
