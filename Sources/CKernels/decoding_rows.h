// Weight rows as float32, by vectors. A family includes this after its lanes_….h, having defined
//   DECODE   the name of the function
// Products and differences are rounded one by one, so that every family gives the same bits.
#pragma once
#include "decoding.h"
#include "unpacking_scales.h"

typedef uint8_t LaneBytes __attribute__((vector_size(LANES)));
typedef int8_t SignedLanes __attribute__((vector_size(LANES)));
enum { PART_LANES = PART / LANES };

/// 64 weights, given their bytes and the numbers of their groups.
KERNEL_INLINE void decode_part(WeightFormat format, Bytes bytes, const float *scale, const float *least, float *out) {
    const BlockFacts facts = block_facts(format);
    LaneBytes lanes[PART_LANES];
    bytes -= (uint8_t)facts.offset;
    memcpy(lanes, &bytes, sizeof bytes);
    UNROLL for (int v = 0; v < PART_LANES; v++) {
        Words q = __builtin_convertvector((SignedLanes)lanes[v], Words);
        Floats value = floats_of_words(q) * scale[v * LANES / facts.group];
        if (facts.minima) value = value - least[v * LANES / facts.group];
        store_floats(out + v * LANES, value);
    }
}

KERNEL_INLINE void decode_stretch(WeightFormat format, const uint8_t *p, float *out) {
    const BlockFacts facts = block_facts(format);
    const int vectors = scale_vectors(format), parts = (int)stretch_weights(format) / PART;
    float scales[16], minima[16];
    UNROLL for (int half = 0; half < vectors; half++) {
        Eight scale, least = {0};
        read_scales(format, p, half, &scale, &least);
        memcpy(scales + 8 * half, &scale, sizeof scale);
        memcpy(minima + 8 * half, &least, sizeof least);
    }
    UNROLL for (int part = 0; part < parts; part++) {
        const int group = part * PART / facts.group;
        decode_part(format, unpack(format, p, part), scales + group, minima + group, out + part * PART);
    }
}

KERNEL_INLINE void decode_blocks(WeightFormat format, const uint8_t *row, ptrdiff_t count, float *out) {
    const ptrdiff_t step = stretch_weights(format);
    const size_t bytes = stretch_bytes(format);
    for (; count >= step; count -= step, row += bytes, out += step) decode_stretch(format, row, out);
    if (count == 0) return;
    uint8_t tail[4 * sizeof(BlockQ8_0)] = {0};                 // the last 1 to 3 blocks, followed by zeros
    float values[4 * BLOCK];
    memcpy(tail, row, weight_row_bytes(format, count));
    decode_stretch(format, tail, values);
    memcpy(out, values, (size_t)count * sizeof *out);
}

KERNEL_INLINE void decode_halves(WeightFormat format, const uint16_t *row, ptrdiff_t count, float *out) {
    ptrdiff_t i = 0;
    for (; i + LANES <= count; i += LANES) {
        Floats value = format == WEIGHTS_F16 ? __builtin_convertvector(*(const StoredHalfFloats *)(row + i), Floats)
                                             : (Floats)(__builtin_convertvector(*(const StoredHalves *)(row + i), Words) << 16);
        store_floats(out + i, value);
    }
    for (; i < count; i++) out[i] = format == WEIGHTS_F16 ? float_of_f16(row[i]) : float_of_bf16(row[i]);
}

KERNEL void DECODE(WeightFormat format, const void *row, ptrdiff_t count, float *out) {
    switch (format) {
        case WEIGHTS_F32: memcpy(out, row, (size_t)count * 4); break;
        case WEIGHTS_F16: decode_halves(WEIGHTS_F16, row, count, out); break;
        case WEIGHTS_BF16: decode_halves(WEIGHTS_BF16, row, count, out); break;
#define CASE(name) case WEIGHTS_##name: decode_blocks(WEIGHTS_##name, row, count, out); break;
        BLOCK_FORMATS(CASE)
#undef CASE
    }
}
