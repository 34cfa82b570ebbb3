#if defined(__x86_64__)
#include "lanes_avx512.h"

#define DECODE decode_avx512
#include "decoding_rows.h"

/// 32 numbers as bf16.
KERNEL_INLINE void store_short(uint8_t *out, Floats low, Floats high) { _mm512_storeu_si512(out, pack_bf16((__m512)low, (__m512)high)); }

KERNEL_INLINE void shorten_stretch(WeightFormat format, const uint8_t *p, ptrdiff_t count, uint8_t *out, size_t step) {
    StretchScales scales;
    stretch_scales(format, p, &scales);
    UNROLL for (int part = 0; part < stretch_weights(format) / PART; part++, out += 2 * step) {
        Floats x[PART_LANES];
        part_values(format, p, part, &scales, x);
        if (part * PART < count) store_short(out, x[0], x[1]);
        if (part * PART + BLOCK < count) store_short(out + step, x[2], x[3]);
    }
}

KERNEL_INLINE void shorten_blocks(WeightFormat format, const uint8_t *row, ptrdiff_t count, uint8_t *out, size_t step) {
    const ptrdiff_t weights = stretch_weights(format);
    for (; count >= weights; count -= weights, row += stretch_bytes(format), out += step * (size_t)(weights / BLOCK))
        shorten_stretch(format, row, weights, out, step);
    if (count == 0) return;
    uint8_t tail[4 * sizeof(BlockQ8_0)] = {0};                 // the last 1 to 3 blocks, followed by zeros
    memcpy(tail, row, weight_row_bytes(format, count));
    shorten_stretch(format, tail, count, out, step);
}

KERNEL_INLINE void shorten_numbers(WeightFormat format, const uint8_t *row, ptrdiff_t count, uint8_t *out, size_t step) {
    for (ptrdiff_t i = 0; i < count; i += BLOCK, out += step) {
        float x[BLOCK] = {0};
        const ptrdiff_t present = smaller(count - i, BLOCK);
        decode_avx512(format, row + weight_row_bytes(format, i), present, x);
        store_short(out, load_floats(x), load_floats(x + LANES));
    }
}

KERNEL void decode_short_avx512(WeightFormat format, const void *row, ptrdiff_t count, void *out, size_t step) {
    switch (format) {
        case WEIGHTS_F32:
        case WEIGHTS_F16:
        case WEIGHTS_BF16: shorten_numbers(format, row, count, out, step); break;
#define CASE(name) case WEIGHTS_##name: shorten_blocks(WEIGHTS_##name, row, count, out, step); break;
        BLOCK_FORMATS(CASE)
#undef CASE
    }
}
#endif
