// The reference decoding of weight rows, in plain C.
#include "decoding.h"
#include "plain_blocks.h"

static void decode_blocks(WeightFormat format, const uint8_t *row, ptrdiff_t count, float *out) {
    for (ptrdiff_t b = 0; b < count / BLOCK; b++, out += BLOCK) {
        PlainBlock block = plain_block(format, row, b);
        for (int i = 0; i < BLOCK; i++) {
            float product = block.scale[i / HALF_BLOCK] * (float)block.q[i];   // on its own, so that it is rounded before
            out[i] = product - block.least[i / HALF_BLOCK];
        }
    }
}

void decode_portable(WeightFormat format, const void *row, ptrdiff_t count, float *out) {
    const uint16_t *halves = row;
    switch (format) {
        case WEIGHTS_F32: memcpy(out, row, (size_t)count * 4); break;
        case WEIGHTS_F16:
            for (ptrdiff_t i = 0; i < count; i++) out[i] = float_of_f16(halves[i]);
            break;
        case WEIGHTS_BF16:
            for (ptrdiff_t i = 0; i < count; i++) out[i] = float_of_bf16(halves[i]);
            break;
        default: decode_blocks(format, row, count, out);
    }
}
