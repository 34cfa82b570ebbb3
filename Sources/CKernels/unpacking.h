// Blocks of weight files unpacked in the compiler's own vectors: one text for every instruction set. A new format costs a case in
// `unpack`, which gives its integers, and one in `read_scales`. A family includes this through its lanes_….h, having defined
//   look_up   the bytes of a table of 16 at 64 places
//
// Formats are read in stretches: 4 blocks of 32 weights or a superblock of 256, in parts of 64 weights. Integers come out as
// unsigned bytes, BlockFacts.offset too large: w = scale * (byte - offset) or scale * byte - minimum.
#pragma once
#include "vectors.h"

typedef uint8_t Bytes __attribute__((vector_size(64)));
typedef uint64_t Octets __attribute__((vector_size(64)));    // the same bytes, eight to a lane
typedef uint64_t StoredTwo __attribute__((vector_size(16), aligned(1), may_alias));
typedef uint64_t StoredFour __attribute__((vector_size(32), aligned(1), may_alias));
typedef uint64_t StoredOctets __attribute__((vector_size(64), aligned(1), may_alias));
typedef uint8_t EightBytes __attribute__((vector_size(8)));
typedef int8_t EightSigned __attribute__((vector_size(8)));
typedef float StoredEight __attribute__((vector_size(32), aligned(4), may_alias));
typedef float StoredFourFloats __attribute__((vector_size(16), aligned(4), may_alias));

KERNEL_INLINE Bytes look_up(Bytes table, Bytes places);

enum { PART = 64, PARTS_OF_BLOCKS = 2, PARTS_OF_SUPERBLOCK = 4 };

KERNEL_INLINE ptrdiff_t stretch_weights(WeightFormat format) { return block_facts(format).weights == BLOCK ? 4 * BLOCK : SUPERBLOCK; }
KERNEL_INLINE size_t stretch_bytes(WeightFormat format) {
    return (size_t)block_facts(format).bytes * (block_facts(format).weights == BLOCK ? 4 : 1);
}

// ---------------------------------------------------------------- integers

KERNEL_INLINE Octets every(uint64_t byte) { return (Octets){0} + byte * 0x0101010101010101u; }
/// The same 32 bytes in both halves.
KERNEL_INLINE Octets twice(const uint8_t *p) {
    StoredFour x = *(const StoredFour *)p;
    return __builtin_shufflevector(x, x, 0, 1, 2, 3, 0, 1, 2, 3);
}
/// 16 bytes twice, then 16 others twice.
KERNEL_INLINE Octets twice_each(const uint8_t *p, const uint8_t *q) {
    StoredTwo x = *(const StoredTwo *)p, y = *(const StoredTwo *)q;
    return __builtin_shufflevector(x, y, 0, 1, 0, 1, 2, 3, 2, 3);
}
/// The first 32 bytes shifted down by `low` bits, the others by `high`. Bits that come from a neighbouring byte are masked next.
KERNEL_INLINE Octets shifted(Octets x, uint64_t low, uint64_t high) {
    return x >> (Octets){low, low, low, low, high, high, high, high};
}
/// Low nibbles of 16 bytes, their high nibbles, and the same of 16 others.
KERNEL_INLINE Octets nibbles_of_two(const uint8_t *p, const uint8_t *q) {
    return (twice_each(p, q) >> (Octets){0, 0, 4, 4, 0, 0, 4, 4}) & every(15);
}
/// 64 bits as 64 bytes of 16 or 0.
KERNEL_INLINE Octets sixteens(uint64_t bits) {
#if LANES == 16
    return (Octets)_mm512_maskz_set1_epi8(bits, 16);
#else
    Bytes x = (Bytes)((Octets){0} + bits);
#define EIGHT_OF(i) i, i, i, i, i, i, i, i
    x = __builtin_shufflevector(x, x, EIGHT_OF(0), EIGHT_OF(1), EIGHT_OF(18), EIGHT_OF(19), EIGHT_OF(36), EIGHT_OF(37),
                                EIGHT_OF(54), EIGHT_OF(55));
#undef EIGHT_OF
    Bytes chosen = (Bytes)((Octets)x & ((Octets){0} + 0x8040201008040201u));
    return (Octets)(chosen != 0) & every(16);
#endif
}
/// The fifth bits of two blocks.
KERNEL_INLINE Octets fifth_bits(const uint8_t *high, const uint8_t *next) {
    uint32_t bits[2];
    memcpy(&bits[0], high, 4);
    memcpy(&bits[1], next, 4);
    return sixteens(bits[0] | (uint64_t)bits[1] << 32);
}

#define FOUR_TIMES(...) __VA_ARGS__, __VA_ARGS__, __VA_ARGS__, __VA_ARGS__
typedef int8_t SignedBytes __attribute__((vector_size(64)));
KERNEL_INLINE Bytes on_curve(Octets nibbles) {
    return look_up((Bytes)(SignedBytes){FOUR_TIMES(CURVE)} ^ (uint8_t)128, (Bytes)nibbles);
}
KERNEL_INLINE Bytes doubled_floats(Octets nibbles) {
    return look_up((Bytes)(SignedBytes){FOUR_TIMES(DOUBLED)} + (uint8_t)12, (Bytes)nibbles);
}
#undef FOUR_TIMES

/// Part `part` of the superblock: 2 bits from `q`, 32 bytes of which hold 128 weights.
KERNEL_INLINE Octets two_bits(const uint8_t *q, int part) {
    return shifted(twice(q + part / 2 * 32), part % 2 * 4, part % 2 * 4 + 2) & every(3);
}
/// Part `part`: 4 bits from `q`, 32 bytes of which hold 64 weights.
KERNEL_INLINE Octets four_bits(const uint8_t *q, int part) { return shifted(twice(q + part * 32), 0, 4) & every(15); }
/// Part `part`: 1 bit from `high`, 32 bytes of which hold all weights.
KERNEL_INLINE Octets one_bit(const uint8_t *high, int part) { return shifted(twice(high), 2 * part, 2 * part + 1) & every(1); }

KERNEL_INLINE Bytes unpack_q6_k(const BlockQ6_K *block, int part) {
    Octets low = (*(const StoredOctets *)(block->low + part / 2 * 64) >> (uint64_t)(part % 2 * 4)) & every(15);
    return (Bytes)(low | two_bits(block->high, part) << 4);
}

/// 64 weights: part `part` of the stretch at p.
KERNEL_INLINE Bytes unpack(WeightFormat format, const uint8_t *p, int part) {
    const size_t bytes = (size_t)block_facts(format).bytes;
    const uint8_t *a = p + 2 * (size_t)part * bytes, *b = a + bytes;   // the two blocks of the part, in formats of small blocks
#define NIBBLES(Block) nibbles_of_two(((const Block *)a)->q, ((const Block *)b)->q)
#define FIFTH_BITS(Block) fifth_bits((const uint8_t *)&((const Block *)a)->high, (const uint8_t *)&((const Block *)b)->high)
    switch (format) {
        case WEIGHTS_Q4_0: return (Bytes)NIBBLES(BlockQ4_0);
        case WEIGHTS_Q4_1: return (Bytes)NIBBLES(BlockQ4_1);
        case WEIGHTS_Q5_0: return (Bytes)(NIBBLES(BlockQ5_0) | FIFTH_BITS(BlockQ5_0));
        case WEIGHTS_Q5_1: return (Bytes)(NIBBLES(BlockQ5_1) | FIFTH_BITS(BlockQ5_1));
        case WEIGHTS_IQ4_NL: return on_curve(NIBBLES(BlockIQ4_NL));
        case WEIGHTS_MXFP4: return doubled_floats(NIBBLES(BlockMXFP4));
        case WEIGHTS_Q2_K: return (Bytes)two_bits(((const BlockQ2_K *)p)->q, part);
        case WEIGHTS_Q3_K:
            return (Bytes)(two_bits(((const BlockQ3_K *)p)->q, part) | one_bit(((const BlockQ3_K *)p)->high, part) << 2);
        case WEIGHTS_Q4_K: return (Bytes)four_bits(((const BlockQ4_K *)p)->q, part);
        case WEIGHTS_Q5_K:
            return (Bytes)(four_bits(((const BlockQ5_K *)p)->q, part) | one_bit(((const BlockQ5_K *)p)->high, part) << 4);
        case WEIGHTS_Q6_K: return unpack_q6_k((const BlockQ6_K *)p, part);
        case WEIGHTS_IQ4_XS: {
            const uint8_t *q = ((const BlockIQ4_XS *)p)->q + part * 32;
            return on_curve(nibbles_of_two(q, q + 16));
        }
        default: {                                                     // Q8_0
            StoredFour x = *(const StoredFour *)((const BlockQ8_0 *)a)->q, y = *(const StoredFour *)((const BlockQ8_0 *)b)->q;
            return (Bytes)(__builtin_shufflevector(x, y, 0, 1, 2, 3, 4, 5, 6, 7) ^ every(128));
        }
    }
#undef NIBBLES
#undef FIFTH_BITS
}
