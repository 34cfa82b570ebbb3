#include "encode.h"

// Files must come out alike on every machine, so that no product may be fused with a sum where the processor could.
#pragma STDC FP_CONTRACT OFF

#include "encode_blocks.h"

#define BLOCKS(format, length, encode) \
    case WEIGHTS_##format: \
        for (ptrdiff_t b = 0; b < count / length; b++) encode(x + b * length, (Block##format *)row + b); \
        break;

void encode_weights(WeightFormat format, const float *x, ptrdiff_t count, void *row) {
    uint16_t *halves = row;
    switch (format) {
        case WEIGHTS_F32: memcpy(row, x, (size_t)count * sizeof *x); break;
        case WEIGHTS_F16: for (ptrdiff_t i = 0; i < count; i++) halves[i] = f16_of_float(x[i]); break;
        case WEIGHTS_BF16: for (ptrdiff_t i = 0; i < count; i++) halves[i] = bf16_of_float(x[i]); break;
        BLOCKS(Q4_0, BLOCK, encode_q4_0)
        BLOCKS(Q4_1, BLOCK, encode_q4_1)
        BLOCKS(Q5_0, BLOCK, encode_q5_0)
        BLOCKS(Q5_1, BLOCK, encode_q5_1)
        BLOCKS(Q8_0, BLOCK, encode_q8_0)
        BLOCKS(Q2_K, SUPERBLOCK, encode_q2_k)
        BLOCKS(Q3_K, SUPERBLOCK, encode_q3_k)
        BLOCKS(Q4_K, SUPERBLOCK, encode_q4_k)
        BLOCKS(Q5_K, SUPERBLOCK, encode_q5_k)
        BLOCKS(Q6_K, SUPERBLOCK, encode_q6_k)
        BLOCKS(IQ4_NL, BLOCK, encode_iq4_nl)
        BLOCKS(IQ4_XS, SUPERBLOCK, encode_iq4_xs)
        BLOCKS(MXFP4, BLOCK, encode_mxfp4)
    }
}
