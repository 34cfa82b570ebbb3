// Conversions of single numbers in the cache's element types, in plain C.
#pragma once
#include "include/pages.h"
#include <math.h>
#include <string.h>

static inline float page_float(uint32_t bits) { float f; memcpy(&f, &bits, 4); return f; }
static inline uint32_t page_bits(float f) { uint32_t b; memcpy(&b, &f, 4); return b; }

static inline float page_from_bf16(uint16_t h) { return page_float((uint32_t)h << 16); }
/// Rounds to nearest even; what is not a number stays so.
static inline uint16_t page_to_bf16(float f) {
    uint32_t b = page_bits(f);
    if ((b & 0x7fffffff) > 0x7f800000) return (uint16_t)(b >> 16 | 0x40);
    return (uint16_t)((b + 0x7fff + (b >> 16 & 1)) >> 16);
}

static inline float page_from_f16(uint16_t h) {
    uint32_t sign = (uint32_t)(h & 0x8000) << 16, rest = (uint32_t)(h & 0x7fff) << 13;
    if (rest >= 0x0f800000) return page_float(sign | 0x7f800000 | (rest & 0x7fffff));   // infinite, or not a number
    return page_float(sign | page_bits(page_float(rest) * 0x1p112f));                   // also right below 2^-14
}
/// Rounds to nearest even; beyond 65504 to infinity.
static inline uint16_t page_to_f16(float f) {
    uint32_t b = page_bits(f), sign = b >> 16 & 0x8000, rest = b & 0x7fffffff;
    if (rest > 0x7f800000) return (uint16_t)(sign | 0x7e00);
    if (rest >= 0x477ff000) return (uint16_t)(sign | 0x7c00);
    if (rest < 0x38800000) return (uint16_t)(sign | (page_bits(page_float(rest) + 0.5f) - 0x3f000000));
    return (uint16_t)(sign | (rest - 0x38000000 + 0xfff + (rest >> 13 & 1)) >> 13);
}

/// Bytes of a block's elements, without centre and scales.
static inline size_t element_bytes(CacheElement type, int32_t padded) {
    size_t count = (size_t)padded * PAGE_TOKENS;
    return type == CACHE_F32 ? count * 4 : type == CACHE_Q8 ? count : type == CACHE_Q4 ? count / 2 : count * 2;
}
static inline const float *key_centre(const void *block) { return block; }
static inline const uint8_t *key_elements(const void *block, int32_t padded) { return (const uint8_t *)block + (size_t)padded * 4; }
/// The bf16 scales behind quantised elements.
static inline const uint16_t *scales_after(const uint8_t *elements, CacheElement type, int32_t padded) {
    return (const uint16_t *)(elements + element_bytes(type, padded));
}
