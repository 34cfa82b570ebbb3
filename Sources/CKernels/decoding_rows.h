// Weight rows as float32, by vectors. A family includes this after its lanes_….h, having defined
//   DECODE   the name of the function
// Products and differences are rounded one by one, so that every family gives the same bits.
#pragma once
#include "decoding.h"
#include "unpacking_scales.h"

typedef uint8_t LaneBytes __attribute__((vector_size(LANES)));
typedef int8_t SignedLanes __attribute__((vector_size(LANES)));
enum { PART_LANES = PART / LANES };

/// The scales and minima of a stretch, as numbers in memory.
typedef struct { float scale[16], least[16]; } StretchScales;

KERNEL_INLINE void stretch_scales(WeightFormat format, const uint8_t *p, StretchScales *scales) {
    UNROLL for (int half = 0; half < scale_vectors(format); half++) {
        Eight scale, least = {0};
        read_scales(format, p, half, &scale, &least);
        memcpy(scales->scale + 8 * half, &scale, sizeof scale);
        memcpy(scales->least + 8 * half, &least, sizeof least);
    }
}

/// The 64 weights of part `part` of the stretch at p.
KERNEL_INLINE void part_values(WeightFormat format, const uint8_t *p, int part, const StretchScales *scales, Floats values[PART_LANES]) {
    const BlockFacts facts = block_facts(format);
    LaneBytes lanes[PART_LANES];
    Bytes bytes = unpack(format, p, part) - (uint8_t)facts.offset;
    memcpy(lanes, &bytes, sizeof bytes);
    UNROLL for (int v = 0; v < PART_LANES; v++) {
        const int group = (part * PART + v * LANES) / facts.group;
        Words q = __builtin_convertvector((SignedLanes)lanes[v], Words);
        values[v] = floats_of_words(q) * scales->scale[group];
        if (facts.minima) values[v] = values[v] - scales->least[group];
    }
}

KERNEL_INLINE void decode_stretch(WeightFormat format, const uint8_t *p, float *out) {
    StretchScales scales;
    stretch_scales(format, p, &scales);
    UNROLL for (int part = 0; part < stretch_weights(format) / PART; part++) {
        Floats values[PART_LANES];
        part_values(format, p, part, &scales, values);
        UNROLL for (int v = 0; v < PART_LANES; v++) store_floats(out + part * PART + v * LANES, values[v]);
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
