// What the kernels of training with AMX tiles share: products of two by two tiles, and numbers on their way to them. Include only inside
// `#if defined(__x86_64__)`; all functions behind it may use tiles.
#pragma once
#include "lanes_avx512.h"
#include "tiles.h"

#undef KERNEL
#undef KERNEL_INLINE
#define KERNEL TILE_KERNEL
#define KERNEL_INLINE static inline __attribute__((always_inline)) KERNEL

KERNEL_INLINE void shape_whole_tiles(void) {
    TileShapes shapes = {0};
    for (int tile = 0; tile < 8; tile++) shape_tile(&shapes, tile, TILE, 64);
    _tile_loadconfig(&shapes);
}

/// Two by two tiles of a product. A left side has rows of `left_words` words; rows of a right side, and of out, lie `stride` words apart.
typedef struct {
    const uint32_t *left, *right;
    float *out;
    size_t left_words, stride;
    int32_t steps;
    bool adds;                              // to what is there
} TileProduct;

KERNEL static void multiply_tiles(const TileProduct *product) {
    const size_t left_bytes = product->left_words * 4, bytes = product->stride * 4;
    const uint32_t *left = product->left, *right = product->right;
    float *out = product->out, *below = out + TILE * product->stride;
    if (product->adds) {
        _tile_loadd(0, out, bytes);
        _tile_loadd(1, out + TILE, bytes);
        _tile_loadd(2, below, bytes);
        _tile_loadd(3, below + TILE, bytes);
    } else {
        _tile_zero(0);
        _tile_zero(1);
        _tile_zero(2);
        _tile_zero(3);
    }
    for (int32_t step = 0; step < product->steps; step++, left += TILE, right += TILE * product->stride) {
        _tile_loadd(4, left, left_bytes);
        _tile_loadd(6, right, bytes);
        _tile_dpbf16ps(0, 4, 6);
        _tile_loadd(7, right + TILE, bytes);
        _tile_dpbf16ps(1, 4, 7);
        _tile_loadd(5, left + TILE * product->left_words, left_bytes);
        _tile_dpbf16ps(2, 5, 6);
        _tile_dpbf16ps(3, 5, 7);
    }
    _tile_stored(0, out, bytes);
    _tile_stored(1, out + TILE, bytes);
    _tile_stored(2, below, bytes);
    _tile_stored(3, below + TILE, bytes);
}

/// 16 numbers of a row, times a factor; what is missing of them is 0.
KERNEL_INLINE __m512 some_numbers(const float *x, int32_t count, __m512 factor) {
    if (count >= LANES) return _mm512_mul_ps(_mm512_loadu_ps(x), factor);
    return count <= 0 ? _mm512_setzero_ps() : _mm512_mul_ps(_mm512_maskz_loadu_ps((__mmask16)((1 << count) - 1), x), factor);
}

/// 32 numbers of two rows as pairs that are one below the other.
KERNEL_INLINE void pair_rows_of(__m512i first, __m512i second, __m512i *low, __m512i *high) {
    const __m512i places = _mm512_add_epi16(_mm512_set1_epi32(0x00200000), _mm512_mullo_epi32(
        _mm512_set_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0), _mm512_set1_epi32(0x10001)));
    *low = _mm512_permutex2var_epi16(first, places, second);
    *high = _mm512_permutex2var_epi16(first, _mm512_add_epi16(places, _mm512_set1_epi16(16)), second);
}

/// 32 numbers from a dimension on of one token of a block.
KERNEL_INLINE __m512i short_numbers(const float *x, ptrdiff_t stride, int32_t token, int32_t count, int32_t e, int32_t dim, __m512 factor) {
    if (token >= count) return _mm512_setzero_si512();
    const float *row = x + token * stride + e;
    return pack_bf16(some_numbers(row, dim - e, factor), some_numbers(row + LANES, dim - e - LANES, factor));
}
