// The scales and minima of weight blocks, for up to 8 groups of weights at once; see unpacking.h.
#pragma once
#include "unpacking.h"

typedef uint16_t Halves __attribute__((vector_size(8)));
typedef _Float16 HalfFloats __attribute__((vector_size(8)));
typedef int32_t EightWords __attribute__((vector_size(32)));

KERNEL_INLINE float half_float(uint16_t half) {
    _Float16 value;
    memcpy(&value, &half, 2);
    return (float)value;
}

KERNEL_INLINE Eight joined(Four x, Four y) { return __builtin_shufflevector(x, y, 0, 1, 2, 3, 4, 5, 6, 7); }

/// Half-precision numbers `bytes` apart, of 4 blocks.
KERNEL_INLINE Eight four_halves(const uint8_t *p, size_t bytes) {
    uint16_t h[4];
    UNROLL for (int i = 0; i < 4; i++) memcpy(&h[i], p + i * bytes, 2);
    return joined(__builtin_convertvector((HalfFloats)(Halves){h[0], h[1], h[2], h[3]}, Four), (Four){0});
}

KERNEL_INLINE Eight four_powers(const uint8_t *p) {
    const size_t bytes = sizeof(BlockMXFP4);
    Four powers = {half_power(p[0]), half_power(p[bytes]), half_power(p[2 * bytes]), half_power(p[3 * bytes])};
    return joined(powers, (Four){0});
}

KERNEL_INLINE Eight eight_bytes(uint64_t bytes) {
    return __builtin_convertvector(__builtin_convertvector((EightBytes)bytes, EightWords), Eight);
}
KERNEL_INLINE Eight eight_signed_bytes(uint64_t bytes) {
    return __builtin_convertvector(__builtin_convertvector((EightSigned)bytes, EightWords), Eight);
}

KERNEL_INLINE uint32_t word_at(const uint8_t *p) {
    uint32_t word;
    memcpy(&word, p, 4);
    return word;
}
KERNEL_INLINE uint64_t octet_at(const void *p) {
    uint64_t octet;
    memcpy(&octet, p, 8);
    return octet;
}

/// Q4_K and Q5_K: 6 bits each for 8 scales and 8 minima. The first four lie in the low bits of bytes 0 ... 3 and 4 ... 7; the last
/// have 4 bits in bytes 8 ... 11 and their 2 upper ones on top of the first four.
KERNEL_INLINE void scales_of_6_bits(const BlockQ4_K *block, Eight *scales, Eight *minima) {
    typedef uint32_t FourWords __attribute__((vector_size(16)));
    typedef uint64_t TwoOctets __attribute__((vector_size(16)));
    FourWords x;
    memcpy(&x, block->scales, sizeof x);                               // and 4 bytes of what follows, which are not used
    FourWords low = __builtin_shufflevector(x, x, 0, 2, 1, 2) >> (FourWords){0, 0, 0, 4} & (FourWords){0x3f3f3f3f, 0x0f0f0f0f, 0x3f3f3f3f, 0x0f0f0f0f};
    FourWords high = __builtin_shufflevector(x, x, 0, 0, 1, 1) >> 2 & (FourWords){0, 0x30303030, 0, 0x30303030};
    TwoOctets both = (TwoOctets)(low | high);
    Four halves = __builtin_convertvector((HalfFloats)(uint64_t)word_at((const uint8_t *)block), Four);
    *scales = eight_bytes(both[0]) * halves[0];
    *minima = eight_bytes(both[1]) * halves[1];
}

/// Q3_K: the low 4 bits of scales i and i + 8 share byte i; the upper 2 of scales i, i + 4, i + 8 and i + 12 share byte 8 + i.
KERNEL_INLINE Eight scales_of_q3_k(const uint8_t p[12], int half) {
    uint64_t low = octet_at(p) >> 4 * half & 0x0f0f0f0f0f0f0f0fu;
    uint32_t x = word_at(p + 8) >> 4 * half;
    uint64_t high = (x & 0x03030303u) | (uint64_t)(x >> 2 & 0x03030303u) << 32;
    return eight_bytes(low | high << 4) - 32;
}

/// IQ4_XS: 8 scales of 4 bits in `low_scales`, 2 more bits of each in `high_scales`; spread to a byte each.
KERNEL_INLINE Eight scales_of_iq4_xs(const BlockIQ4_XS *block) {
    uint64_t low = word_at(block->low_scales), high = block->high_scales;
    low = (low | low << 16) & 0x0000ffff0000ffffu;
    low = (low | low << 8) & 0x00ff00ff00ff00ffu;
    low = (low | low << 4) & 0x0f0f0f0f0f0f0f0fu;
    high = (high | high << 24) & 0x000000ff000000ffu;
    high = (high | high << 12) & 0x000f000f000f000fu;
    high = (high | high << 6) & 0x0303030303030303u;
    return eight_bytes(low | high << 4) - 32;
}

/// How many vectors of scales a stretch has: groups of 16 weights fill two with a superblock's.
KERNEL_INLINE int scale_vectors(WeightFormat format) { return block_facts(format).group == HALF_BLOCK ? 2 : 1; }

/// The scales, and minima if there are any, of the groups of the stretch at p; of half `half` of it where there are two vectors.
/// Unused lanes are zero.
KERNEL_INLINE void read_scales(WeightFormat format, const uint8_t *p, int half, Eight *scale, Eight *least) {
    const size_t bytes = (size_t)block_facts(format).bytes;
    switch (format) {
        case WEIGHTS_Q4_1:
        case WEIGHTS_Q5_1:
            *scale = four_halves(p, bytes);
            *least = -four_halves(p + 2, bytes);
            break;
        case WEIGHTS_MXFP4: *scale = four_powers(p); break;
        case WEIGHTS_Q2_K: {
            const BlockQ2_K *block = (const BlockQ2_K *)p;
            uint64_t both = octet_at(block->scales + 8 * half);
            *scale = eight_bytes(both & 0x0f0f0f0f0f0f0f0fu) * half_float(block->scale);
            *least = eight_bytes(both >> 4 & 0x0f0f0f0f0f0f0f0fu) * half_float(block->least);
            break;
        }
        case WEIGHTS_Q3_K: *scale = scales_of_q3_k(((const BlockQ3_K *)p)->scales, half) * half_float(((const BlockQ3_K *)p)->scale); break;
        case WEIGHTS_Q4_K:
        case WEIGHTS_Q5_K: scales_of_6_bits((const BlockQ4_K *)p, scale, least); break;   // both begin alike
        case WEIGHTS_Q6_K: {
            const BlockQ6_K *block = (const BlockQ6_K *)p;
            *scale = eight_signed_bytes(octet_at(block->scales + 8 * half)) * half_float(block->scale);
            break;
        }
        case WEIGHTS_IQ4_XS: *scale = scales_of_iq4_xs((const BlockIQ4_XS *)p) * half_float(((const BlockIQ4_XS *)p)->scale); break;
        default: *scale = four_halves(p, bytes);                       // Q8_0, Q4_0, Q5_0, IQ4_NL
    }
}
