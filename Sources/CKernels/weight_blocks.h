// The blocks in which weight files store quantised weights, as the GGUF format defines them.
//
// Every format is integers times a scale, less a minimum in some: w = scale * q - minimum, scale and minimum shared by a group of
// 16 or 32 weights. Structures are packed, so that a block may lie at any address.
#pragma once
#include "products.h"
#include <stdbool.h>

enum { BLOCK = 32, SUPERBLOCK = 256, HALF_BLOCK = 16 };

/// Calls `each` with the name of every block format.
#define BLOCK_FORMATS(each) \
    each(Q4_0) each(Q4_1) each(Q5_0) each(Q5_1) each(Q8_0) each(Q2_K) each(Q3_K) each(Q4_K) each(Q5_K) each(Q6_K) \
    each(IQ4_NL) each(IQ4_XS) each(MXFP4)

#define PACKED __attribute__((packed))

// 32 weights. Nibbles: weight i in the low half of byte i, weight i + 16 in the high half. Scales and minima are half precision.
typedef struct PACKED { uint16_t scale; uint8_t q[16]; } BlockQ4_0;                              // scale * (nibble - 8)
typedef struct PACKED { uint16_t scale, start; uint8_t q[16]; } BlockQ4_1;                       // scale * nibble + start
typedef struct PACKED { uint16_t scale; uint32_t high; uint8_t q[16]; } BlockQ5_0;               // scale * (nibble + 16 bit i of high - 16)
typedef struct PACKED { uint16_t scale, start; uint32_t high; uint8_t q[16]; } BlockQ5_1;        // scale * (the same) + start
typedef struct PACKED { uint16_t scale; int8_t q[32]; } BlockQ8_0;                               // scale * q
typedef struct PACKED { uint16_t scale; uint8_t q[16]; } BlockIQ4_NL;                            // scale * curve[nibble]
typedef struct PACKED { uint8_t exponent, q[16]; } BlockMXFP4;                                   // 2^(exponent - 128) * doubled[nibble]

// 256 weights. Within `low` or `q`, neighbouring runs of 32 weights share their bytes, each with bits of its own.
/// 16 groups of 16; a byte of `scales` holds scale and minimum, 4 bits each. 2 bits a weight.
typedef struct PACKED { uint8_t scales[16], q[64]; uint16_t scale, least; } BlockQ2_K;
/// 16 groups of 16; scales of 6 bits, less 32. 2 bits a weight in `q` and one in `high`, less 4.
typedef struct PACKED { uint8_t high[32], q[64], scales[12]; uint16_t scale; } BlockQ3_K;
/// 8 groups of 32; scales and minima of 6 bits. 4 bits a weight.
typedef struct PACKED { uint16_t scale, least; uint8_t scales[12], q[128]; } BlockQ4_K;
/// The same with a fifth bit a weight.
typedef struct PACKED { uint16_t scale, least; uint8_t scales[12], high[32], q[128]; } BlockQ5_K;
/// 16 groups of 16; 4 bits a weight in `low` and 2 in `high`, less 32.
typedef struct PACKED { uint8_t low[128], high[64]; int8_t scales[16]; uint16_t scale; } BlockQ6_K;
/// 8 groups of 32 nibbles on the curve of IQ4_NL; scales of 6 bits, less 32: 4 in `low_scales`, 2 in `high_scales`.
typedef struct PACKED { uint16_t scale, high_scales; uint8_t low_scales[4], q[128]; } BlockIQ4_XS;

/// What nibbles stand for in IQ4_NL and IQ4_XS: steps that grow with the distance from zero.
#define CURVE -127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113
/// Twice what the 4-bit floats of MXFP4 stand for (OCP Microscaling Formats 1.0).
#define DOUBLED 0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12

typedef struct {
    int weights, bytes;   // of a block
    int group;            // weights that share a scale and a minimum: 16 or 32
    int offset;           // what unpacked bytes (unpacking.h) exceed the integers by
    bool minima;          // whether groups have minima
} BlockFacts;

static inline __attribute__((always_inline)) BlockFacts block_facts(WeightFormat format) {
    switch (format) {
        case WEIGHTS_Q4_0: return (BlockFacts){BLOCK, sizeof(BlockQ4_0), BLOCK, 8, false};
        case WEIGHTS_Q4_1: return (BlockFacts){BLOCK, sizeof(BlockQ4_1), BLOCK, 0, true};
        case WEIGHTS_Q5_0: return (BlockFacts){BLOCK, sizeof(BlockQ5_0), BLOCK, 16, false};
        case WEIGHTS_Q5_1: return (BlockFacts){BLOCK, sizeof(BlockQ5_1), BLOCK, 0, true};
        case WEIGHTS_Q8_0: return (BlockFacts){BLOCK, sizeof(BlockQ8_0), BLOCK, 128, false};
        case WEIGHTS_Q2_K: return (BlockFacts){SUPERBLOCK, sizeof(BlockQ2_K), HALF_BLOCK, 0, true};
        case WEIGHTS_Q3_K: return (BlockFacts){SUPERBLOCK, sizeof(BlockQ3_K), HALF_BLOCK, 4, false};
        case WEIGHTS_Q4_K: return (BlockFacts){SUPERBLOCK, sizeof(BlockQ4_K), BLOCK, 0, true};
        case WEIGHTS_Q5_K: return (BlockFacts){SUPERBLOCK, sizeof(BlockQ5_K), BLOCK, 0, true};
        case WEIGHTS_Q6_K: return (BlockFacts){SUPERBLOCK, sizeof(BlockQ6_K), HALF_BLOCK, 32, false};
        case WEIGHTS_IQ4_NL: return (BlockFacts){BLOCK, sizeof(BlockIQ4_NL), BLOCK, 128, false};
        case WEIGHTS_IQ4_XS: return (BlockFacts){SUPERBLOCK, sizeof(BlockIQ4_XS), BLOCK, 128, false};
        case WEIGHTS_MXFP4: return (BlockFacts){BLOCK, sizeof(BlockMXFP4), BLOCK, 12, false};
        case WEIGHTS_F32: return (BlockFacts){1, 4, 1, 0, false};
        case WEIGHTS_F16:
        case WEIGHTS_BF16: break;
    }
    return (BlockFacts){1, 2, 1, 0, false};
}

static inline bool is_block_format(WeightFormat format) { return block_facts(format).weights > 1; }
