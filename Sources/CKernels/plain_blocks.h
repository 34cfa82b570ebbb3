// Blocks of weight files unpacked in plain C, one weight at a time: the reference for the vector form in unpacking.h, and written
// apart from it.
#pragma once
#include "weights.h"

/// 32 weights: weight i is scale[i / 16] * q[i] - least[i / 16].
typedef struct { int q[BLOCK]; float scale[2], least[2]; } PlainBlock;

static inline int nibble(const uint8_t q[16], int i) { return i < 16 ? q[i] & 15 : q[i - 16] >> 4; }

/// Formats of small blocks.
static inline void plain_small_block(WeightFormat format, const uint8_t *p, PlainBlock *out) {
    static const int8_t curve[16] = {CURVE}, doubled[16] = {DOUBLED};
    float scale = 0, least = 0;
    for (int i = 0; i < BLOCK; i++) {
        switch (format) {
            case WEIGHTS_Q4_0: out->q[i] = nibble(((const BlockQ4_0 *)p)->q, i) - 8; break;
            case WEIGHTS_Q4_1: out->q[i] = nibble(((const BlockQ4_1 *)p)->q, i); break;
            case WEIGHTS_Q5_0: {
                const BlockQ5_0 *block = (const BlockQ5_0 *)p;
                out->q[i] = nibble(block->q, i) + (int)(block->high >> i & 1) * 16 - 16;
                break;
            }
            case WEIGHTS_Q5_1: {
                const BlockQ5_1 *block = (const BlockQ5_1 *)p;
                out->q[i] = nibble(block->q, i) + (int)(block->high >> i & 1) * 16;
                break;
            }
            case WEIGHTS_IQ4_NL: out->q[i] = curve[nibble(((const BlockIQ4_NL *)p)->q, i)]; break;
            case WEIGHTS_MXFP4: out->q[i] = doubled[nibble(((const BlockMXFP4 *)p)->q, i)]; break;
            default: out->q[i] = ((const BlockQ8_0 *)p)->q[i];
        }
    }
    if (format == WEIGHTS_MXFP4) scale = half_power(p[0]);
    else scale = float_of_f16(((const BlockQ4_1 *)p)->scale);              // they all begin with it
    if (block_facts(format).minima) least = -float_of_f16(((const BlockQ4_1 *)p)->start);
    for (int half = 0; half < 2; half++) {
        out->scale[half] = scale;
        out->least[half] = least;
    }
}

// Run `run` of 8, 32 weights each, of a superblock. Group 2 * run + half is the 16 weights of one half.

static inline void plain_q2_k(const BlockQ2_K *block, int run, PlainBlock *out) {
    for (int i = 0; i < BLOCK; i++) out->q[i] = block->q[run / 4 * 32 + i] >> run % 4 * 2 & 3;
    for (int half = 0; half < 2; half++) {
        int both = block->scales[2 * run + half];
        out->scale[half] = float_of_f16(block->scale) * (float)(both & 15);
        out->least[half] = float_of_f16(block->least) * (float)(both >> 4);
    }
}

static inline void plain_q3_k(const BlockQ3_K *block, int run, PlainBlock *out) {
    for (int i = 0; i < BLOCK; i++)
        out->q[i] = (block->q[run / 4 * 32 + i] >> run % 4 * 2 & 3) + (block->high[i] >> run & 1) * 4 - 4;
    for (int half = 0; half < 2; half++) {
        int group = 2 * run + half;
        int low = block->scales[group % 8] >> group / 8 * 4 & 15, high = block->scales[8 + group % 4] >> group / 4 * 2 & 3;
        out->scale[half] = float_of_f16(block->scale) * (float)(low + 16 * high - 32);
    }
}

/// The 6-bit scale and minimum of a run, in Q4_K and Q5_K, which begin alike.
static inline void plain_6_bits(const BlockQ4_K *block, int run, PlainBlock *out) {
    const uint8_t *p = block->scales;
    int scale = run < 4 ? p[run] & 63 : (p[run + 4] & 15) + (p[run - 4] >> 6) * 16;
    int least = run < 4 ? p[run + 4] & 63 : (p[run + 4] >> 4) + (p[run] >> 6) * 16;
    for (int half = 0; half < 2; half++) {
        out->scale[half] = float_of_f16(block->scale) * (float)scale;
        out->least[half] = float_of_f16(block->least) * (float)least;
    }
}

static inline void plain_q4_k(const BlockQ4_K *block, int run, PlainBlock *out) {
    for (int i = 0; i < BLOCK; i++) out->q[i] = block->q[run / 2 * 32 + i] >> run % 2 * 4 & 15;
    plain_6_bits(block, run, out);
}

static inline void plain_q5_k(const BlockQ5_K *block, int run, PlainBlock *out) {
    for (int i = 0; i < BLOCK; i++)
        out->q[i] = (block->q[run / 2 * 32 + i] >> run % 2 * 4 & 15) + (block->high[i] >> run & 1) * 16;
    plain_6_bits((const BlockQ4_K *)block, run, out);
}

static inline void plain_q6_k(const BlockQ6_K *block, int run, PlainBlock *out) {
    for (int i = 0; i < BLOCK; i++) {
        int low = block->low[run / 4 * 64 + run % 2 * 32 + i] >> run % 4 / 2 * 4 & 15;
        int high = block->high[run / 4 * 32 + i] >> run % 4 * 2 & 3;
        out->q[i] = low + high * 16 - 32;
    }
    for (int half = 0; half < 2; half++) out->scale[half] = float_of_f16(block->scale) * (float)block->scales[2 * run + half];
}

static inline void plain_iq4_xs(const BlockIQ4_XS *block, int run, PlainBlock *out) {
    static const int8_t curve[16] = {CURVE};
    int low = block->low_scales[run / 2] >> run % 2 * 4 & 15, high = block->high_scales >> 2 * run & 3;
    for (int i = 0; i < BLOCK; i++) out->q[i] = curve[nibble(block->q + run * 16, i)];
    for (int half = 0; half < 2; half++) out->scale[half] = float_of_f16(block->scale) * (float)(low + 16 * high - 32);
}

/// Weights 32 * b on of a row.
static inline PlainBlock plain_block(WeightFormat format, const uint8_t *row, ptrdiff_t b) {
    const BlockFacts facts = block_facts(format);
    const ptrdiff_t runs = facts.weights / BLOCK;
    const void *p = row + (size_t)(b / runs) * (size_t)facts.bytes;
    const int run = (int)(b % runs);
    PlainBlock out = {{0}, {0}, {0}};
    switch (format) {
        case WEIGHTS_Q2_K: plain_q2_k(p, run, &out); break;
        case WEIGHTS_Q3_K: plain_q3_k(p, run, &out); break;
        case WEIGHTS_Q4_K: plain_q4_k(p, run, &out); break;
        case WEIGHTS_Q5_K: plain_q5_k(p, run, &out); break;
        case WEIGHTS_Q6_K: plain_q6_k(p, run, &out); break;
        case WEIGHTS_IQ4_XS: plain_iq4_xs(p, run, &out); break;
        default: plain_small_block(format, p, &out);
    }
    return out;
}
