// Writing and reading the blocks of cache pages. The layouts are described in pages.h.
#include "include/pages.h"
#include "page_numbers.h"

int32_t padded_dimension(int32_t dimension) { return (dimension + DIMENSION_STEP - 1) / DIMENSION_STEP * DIMENSION_STEP; }

static size_t scale_bytes(CacheElement type) { return type == CACHE_Q8 || type == CACHE_Q4 ? PAGE_TOKENS * 2 : 0; }
size_t key_block_bytes(CacheElement type, int32_t dimension) {
    int32_t padded = padded_dimension(dimension);
    return (size_t)padded * 4 + element_bytes(type, padded) + scale_bytes(type);
}
size_t value_block_bytes(CacheElement type, int32_t dimension) {
    return element_bytes(type, padded_dimension(dimension)) + scale_bytes(type);
}

// ---------------------------------------------------------------- where an element lies, counted in elements

static size_t key_index(CacheElement type, int32_t e, int32_t slot) {
    int32_t width = type == CACHE_F32 ? 1 : type == CACHE_Q8 ? 4 : 2;
    return ((size_t)(e / width) * PAGE_TOKENS + (size_t)slot) * (size_t)width + (size_t)(e % width);
}
static size_t value_index(CacheElement type, int32_t padded, int32_t e, int32_t slot) {
    int32_t width = type == CACHE_F32 ? 1 : type == CACHE_Q8 || type == CACHE_Q4 ? 4 : 2;
    if (type == CACHE_Q4) slot = slot / 8 * 4 + slot % 4;       // tokens 4-7 of 8 share the bytes of tokens 0-3
    return ((size_t)(slot / width) * (size_t)padded + (size_t)e) * (size_t)width + (size_t)(slot % width);
}

// ---------------------------------------------------------------- one token

/// Chooses a bf16 scale so that the largest element fits `most` steps; returns its inverse. A vector with an infinite element,
/// or one that is not a number, gets a scale that is not a number: whoever sees the token sees that.
static float choose_scale(int32_t count, const float *x, float most, uint16_t *scale) {
    uint32_t largest = 0;                                       // magnitudes are in the order of their bits
    for (int32_t i = 0; i < count; i++) {
        uint32_t magnitude = page_bits(x[i]) & 0x7fffffff;
        largest = magnitude > largest ? magnitude : largest;
    }
    if (largest >= 0x7f800000) { *scale = 0x7fc0; return 0; }
    *scale = page_to_bf16(page_float(largest) / most);
    float rounded = page_from_bf16(*scale);
    return rounded > 0 && isfinite(1 / rounded) ? 1 / rounded : 0;
}
/// Rounds to nearest even. `inverse` 0 stands for a vector of zeros or one that cannot be kept.
static int32_t quantised(float x, float inverse, float most) {
    const float magic = 12582912.0f;                            // 1.5 * 2^23: adding it rounds to an integer
    if (inverse == 0) return 0;
    float q = x * inverse;
    q = q > most ? most : q < -most ? -most : q;
    return (int32_t)(page_bits(q + magic) - page_bits(magic));
}

static void write_key(CacheElement type, int32_t padded, uint8_t *elements, int32_t slot, const float *key) {
    switch (type) {
        case CACHE_F32:
            for (int32_t e = 0; e < padded; e++) ((float *)elements)[(size_t)e * PAGE_TOKENS + (size_t)slot] = key[e];
            break;
        case CACHE_BF16:                                        // one 4-byte store for each pair of dimensions
            for (int32_t i = 0; i < padded / 2; i++)
                ((uint32_t *)elements)[i * PAGE_TOKENS + slot] = page_to_bf16(key[2 * i]) | (uint32_t)page_to_bf16(key[2 * i + 1]) << 16;
            break;
        case CACHE_F16:
            for (int32_t i = 0; i < padded / 2; i++)
                ((uint32_t *)elements)[i * PAGE_TOKENS + slot] = page_to_f16(key[2 * i]) | (uint32_t)page_to_f16(key[2 * i + 1]) << 16;
            break;
        default: {
            float inverse = choose_scale(padded, key, 127, (uint16_t *)(elements + element_bytes(type, padded)) + slot);
            for (int32_t e = 0; e < padded; e++) elements[key_index(type, e, slot)] = (uint8_t)(128 + quantised(key[e], inverse, 127));
        }
    }
}

static void write_value(CacheElement type, int32_t padded, uint8_t *elements, int32_t slot, const float *value, int32_t count) {
    uint16_t *scale = (uint16_t *)(elements + element_bytes(type, padded)) + slot;
    float inverse = type == CACHE_Q8 ? choose_scale(count, value, 127, scale) : type == CACHE_Q4 ? choose_scale(count, value, 7, scale) : 0;
    for (int32_t e = 0; e < padded; e++) {
        size_t i = value_index(type, padded, e, slot);
        float x = e < count ? value[e] : 0;
        switch (type) {
            case CACHE_F32: ((float *)elements)[i] = x; break;
            case CACHE_BF16: ((uint16_t *)elements)[i] = page_to_bf16(x); break;
            case CACHE_F16: ((uint16_t *)elements)[i] = page_to_f16(x); break;
            case CACHE_Q8: elements[i] = (uint8_t)quantised(x, inverse, 127); break;
            case CACHE_Q4: {
                int32_t nibble = 8 + quantised(x, inverse, 7), shift = slot % 8 / 4 * 4;
                elements[i] = (uint8_t)((elements[i] & ~(15 << shift)) | nibble << shift);
            }
        }
    }
}

// ---------------------------------------------------------------- runs of tokens

static void rotate_pairs(int32_t pairs, const float *angles, float *x) {
    for (int32_t i = 0; i < pairs; i++) {
        float c = angles[i], s = angles[pairs + i], a = x[2 * i], b = x[2 * i + 1];
        x[2 * i] = a * c - b * s;
        x[2 * i + 1] = a * s + b * c;
    }
}

void pair_rows(const PageShape *shape, int32_t rows, const float *from, size_t stride, float scale, float rotary_gain, float *to) {
    int32_t padded = padded_dimension(shape->key_dim);
    for (int32_t r = 0; r < rows; r++, from += stride, to += padded) {
        for (int32_t e = 0; e < shape->key_dim; e++)
            to[e] = from[shape->pairing[e]] * (e < 2 * shape->rotary_pairs ? scale * rotary_gain : scale);
        for (int32_t e = shape->key_dim; e < padded; e++) to[e] = 0;
    }
}

static void add_mean(int32_t count, int32_t padded, const float *rows, float *mean) {
    memset(mean, 0, (size_t)padded * 4);
    for (int32_t r = 0; r < count; r++)
        for (int32_t e = 0; e < padded; e++) mean[e] += rows[(size_t)r * (size_t)padded + (size_t)e] / (float)count;
    for (int32_t e = 0; e < padded; e++) if (!isfinite(mean[e])) mean[e] = 0;   // a broken key must not break its neighbours
}

void key_block_write(const PageShape *shape, void *block, int32_t slot, int32_t count, const float *keys, size_t stride,
                     const float *angles, int choose_centre) {
    int32_t padded = padded_dimension(shape->key_dim), pairs = shape->rotary_pairs;
    float rows[(size_t)PAGE_TOKENS * (size_t)padded], *centre = block;
    pair_rows(shape, count, keys, stride, 1, 1, rows);
    for (int32_t r = 0; angles && r < count; r++)
        rotate_pairs(pairs, angles + (size_t)r * 2 * (size_t)pairs, rows + (size_t)r * (size_t)padded);
    if (choose_centre && slot == 0) add_mean(count, padded, rows, centre);
    for (int32_t r = 0; r < count; r++) {
        float *row = rows + (size_t)r * (size_t)padded;
        for (int32_t e = 0; e < padded; e++) row[e] -= centre[e];
        write_key(shape->key_type, padded, (uint8_t *)block + (size_t)padded * 4, slot + r, row);
    }
}

void value_block_write(const PageShape *shape, void *block, int32_t slot, int32_t count, const float *values, size_t stride) {
    int32_t padded = padded_dimension(shape->value_dim);
    for (int32_t r = 0; r < count; r++)
        write_value(shape->value_type, padded, block, slot + r, values + (size_t)r * stride, shape->value_dim);
}

void key_block_read(const PageShape *shape, const void *block, int32_t slot, float *key) {
    int32_t padded = padded_dimension(shape->key_dim);
    const uint8_t *elements = key_elements(block, padded);
    for (int32_t e = 0; e < padded; e++) {
        size_t i = key_index(shape->key_type, e, slot);
        float x;
        switch (shape->key_type) {
            case CACHE_F32: x = ((const float *)elements)[i]; break;
            case CACHE_BF16: x = page_from_bf16(((const uint16_t *)elements)[i]); break;
            case CACHE_F16: x = page_from_f16(((const uint16_t *)elements)[i]); break;
            default: x = (float)(elements[i] - 128) * page_from_bf16(scales_after(elements, shape->key_type, padded)[slot]);
        }
        key[e] = x + key_centre(block)[e];
    }
}

void value_block_read(const PageShape *shape, const void *block, int32_t slot, float *value) {
    int32_t padded = padded_dimension(shape->value_dim);
    const uint8_t *elements = block;
    for (int32_t e = 0; e < padded; e++) {
        size_t i = value_index(shape->value_type, padded, e, slot);
        const uint16_t *scales = scales_after(elements, shape->value_type, padded);
        switch (shape->value_type) {
            case CACHE_F32: value[e] = ((const float *)elements)[i]; break;
            case CACHE_BF16: value[e] = page_from_bf16(((const uint16_t *)elements)[i]); break;
            case CACHE_F16: value[e] = page_from_f16(((const uint16_t *)elements)[i]); break;
            case CACHE_Q8: value[e] = (float)((const int8_t *)elements)[i] * page_from_bf16(scales[slot]); break;
            case CACHE_Q4: value[e] = (float)((elements[i] >> (slot % 8 / 4 * 4) & 15) - 8) * page_from_bf16(scales[slot]);
        }
    }
}

void key_block_set_centre(const PageShape *shape, void *block, const float *centre) {
    memcpy(block, centre, (size_t)padded_dimension(shape->key_dim) * 4);
}

void key_block_mean(const PageShape *shape, const void *block, int32_t count, float *mean) {
    int32_t padded = padded_dimension(shape->key_dim);
    float rows[(size_t)PAGE_TOKENS * (size_t)padded];
    for (int32_t r = 0; r < count; r++) key_block_read(shape, block, r, rows + (size_t)r * (size_t)padded);
    add_mean(count, padded, rows, mean);
}
