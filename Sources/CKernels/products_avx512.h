// What the files of the AVX-512 products share. Include only inside `#if defined(__x86_64__)`.
#pragma once
#include "avx512.h"
#define LANES 16
#include "vectors.h"

/// The kernel for block weights and at most FEW_ROWS activation rows (products_avx512_rows.c).
ProductKernel choose_avx512_rows(WeightFormat format, ptrdiff_t n);

/// The 32 nibbles of a block.
KERNEL_INLINE __m256i nibbles_of_block(const uint8_t *block) {
    __m256i both = _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)(block + 2)));
    return _mm256_and_si256(_mm256_srlv_epi64(both, _mm256_setr_epi64x(0, 0, 4, 4)), _mm256_set1_epi8(15));
}
/// 32 weights of a block as signed bytes.
KERNEL_INLINE __m256i signed_block(WeightFormat format, const uint8_t *block) {
    if (format == WEIGHTS_Q8_0) return _mm256_loadu_si256((const __m256i *)(block + 2));
    return _mm256_sub_epi8(nibbles_of_block(block), _mm256_set1_epi8(8));
}
/// 32 weights of a block as unsigned bytes: q + 128, or nibbles.
KERNEL_INLINE __m256i unsigned_block(WeightFormat format, const uint8_t *block) {
    if (format == WEIGHTS_Q4_0) return nibbles_of_block(block);
    return _mm256_xor_si256(_mm256_loadu_si256((const __m256i *)(block + 2)), _mm256_set1_epi8((char)128));
}
/// What `unsigned_block` added to the weights.
KERNEL_INLINE int block_offset(WeightFormat format) { return format == WEIGHTS_Q8_0 ? 128 : 8; }
