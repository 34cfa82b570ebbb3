// AVX-512 building blocks shared by the kernels (Zen 4 and later, Sapphire Rapids and later). Include only inside `#if defined(__x86_64__)`.
#pragma once
#include <immintrin.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

// Attributes cannot be functions, hence these macros; nothing else here is one.
#define AVX512_FEATURES "avx2,fma,f16c,avx512f,avx512bw,avx512vl,avx512dq,avx512vnni,avx512bf16"
#define KERNEL __attribute__((target(AVX512_FEATURES)))
#define KERNEL_INLINE static inline __attribute__((always_inline)) KERNEL
#ifdef __clang__
#define UNROLL _Pragma("clang loop unroll(full)")
#else
#define UNROLL _Pragma("GCC unroll 32")
#endif

enum { MAX_ROWS = 16, MAX_VECTORS = 4 };

// ---------------------------------------------------------------- scalar conversions

static inline float float_from_bits(uint32_t bits) { float f; memcpy(&f, &bits, 4); return f; }
static inline uint32_t bits_from_float(float f) { uint32_t b; memcpy(&b, &f, 4); return b; }
static inline float bf16_to_float(uint16_t h) { return float_from_bits((uint32_t)h << 16); }
static inline uint16_t bf16_from_float(float f) {           // round to nearest even; NaN is not expected
    uint32_t b = bits_from_float(f);
    return (uint16_t)((b + 0x7fff + ((b >> 16) & 1)) >> 16);
}
KERNEL_INLINE float f16_to_float(uint16_t h) { return _cvtsh_ss(h); }
KERNEL_INLINE uint16_t f16_from_float(float f) { return _cvtss_sh(f, 0); }

// ---------------------------------------------------------------- vector conversions

KERNEL_INLINE __m512 load_f16(const uint16_t *p) { return _mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *)p)); }
KERNEL_INLINE __m512 load_bf16(const uint16_t *p) {
    return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(_mm256_loadu_si256((const __m256i *)p)), 16));
}
/// 32 floats to 32 bf16: `low` fills the first 16.
KERNEL_INLINE __m512i pack_bf16(__m512 low, __m512 high) { return (__m512i)_mm512_cvtne2ps_pbh(high, low); }
/// 32 f16 to 32 bf16.
KERNEL_INLINE __m512i bf16_from_f16(__m512i h) {
    return pack_bf16(_mm512_cvtph_ps(_mm512_castsi512_si256(h)), _mm512_cvtph_ps(_mm512_extracti64x4_epi64(h, 1)));
}

/// The same for cache pages by five integer operations, three times as fast: ties round away from zero and values below
/// 2^-14 become zero.
KERNEL_INLINE __m512i quick_bf16_from_f16(__m512i h) {
    __m512i shifted = _mm512_srai_epi16(_mm512_add_epi16(h, _mm512_set1_epi16(4)), 3);
    __mmask32 normal = _mm512_test_epi16_mask(h, _mm512_set1_epi16(0x7c00));
    return _mm512_maskz_add_epi16(normal, _mm512_and_si512(shifted, _mm512_set1_epi16((short)0x8fff)), _mm512_set1_epi16(112 << 7));
}

/// 2^x for x <= 126; below -126 the result is 2^-126. Relative error at most 3e-6 (degree 4 on [-1/2, 1/2]).
/// Rounding, subtraction and exponent use the add and integer ports, so only 4 operations compete with the products.
KERNEL_INLINE __m512 fast_exp2(__m512 x) {
    const __m512 magic = _mm512_set1_ps(12582912.0f);       // 1.5 * 2^23: adding it rounds to an integer
    x = _mm512_max_ps(x, _mm512_set1_ps(-126.0f));
    __m512 shifted = _mm512_add_ps(x, magic);
    __m512 f = _mm512_sub_ps(x, _mm512_sub_ps(shifted, magic));
    __m512 y = _mm512_fmadd_ps(_mm512_set1_ps(0.0095701f), f, _mm512_set1_ps(0.05591786f));
    y = _mm512_fmadd_ps(y, f, _mm512_set1_ps(0.24024745f));
    y = _mm512_fmadd_ps(y, f, _mm512_set1_ps(0.69312181f));
    y = _mm512_fmadd_ps(y, f, _mm512_set1_ps(0.99999926f));
    __m512i exponent = _mm512_slli_epi32(_mm512_castps_si512(shifted), 23);
    return _mm512_castsi512_ps(_mm512_add_epi32(_mm512_castps_si512(y), exponent));
}

/// Transposes a 16 x 16 matrix of 32-bit elements held in 16 registers.
KERNEL_INLINE void transpose16(__m512i x[16]) {
    __m512i y[16];
    UNROLL for (int i = 0; i < 16; i += 2) {
        y[i] = _mm512_unpacklo_epi32(x[i], x[i + 1]);
        y[i + 1] = _mm512_unpackhi_epi32(x[i], x[i + 1]);
    }
    UNROLL for (int i = 0; i < 16; i += 4) {
        x[i] = _mm512_unpacklo_epi64(y[i], y[i + 2]);
        x[i + 1] = _mm512_unpackhi_epi64(y[i], y[i + 2]);
        x[i + 2] = _mm512_unpacklo_epi64(y[i + 1], y[i + 3]);
        x[i + 3] = _mm512_unpackhi_epi64(y[i + 1], y[i + 3]);
    }
    UNROLL for (int i = 0; i < 4; i++) {                    // 4 x 4 transposition of 128-bit lanes
        __m512i a = _mm512_shuffle_i32x4(x[i], x[i + 4], 0x44), b = _mm512_shuffle_i32x4(x[i], x[i + 4], 0xee);
        __m512i c = _mm512_shuffle_i32x4(x[i + 8], x[i + 12], 0x44), d = _mm512_shuffle_i32x4(x[i + 8], x[i + 12], 0xee);
        y[i] = _mm512_shuffle_i32x4(a, c, 0x88);
        y[i + 4] = _mm512_shuffle_i32x4(a, c, 0xdd);
        y[i + 8] = _mm512_shuffle_i32x4(b, d, 0x88);
        y[i + 12] = _mm512_shuffle_i32x4(b, d, 0xdd);
    }
    UNROLL for (int i = 0; i < 16; i++) x[i] = y[i];
}

// ---------------------------------------------------------------- register tiles

/// Asks for the V cache lines that lie `ahead` bytes beyond b. With ahead 0 (a constant) nothing is emitted.
KERNEL_INLINE void prefetch_row(int V, const uint32_t *b, uintptr_t ahead) {
    if (__builtin_constant_p(ahead) && ahead == 0) return;
    UNROLL for (int v = 0; v < V; v++) _mm_prefetch((const char *)((uintptr_t)(b + 16 * v) + ahead), _MM_HINT_T1);
}

/// acc[R][V * 16] += sum over `steps` pairs of a[row][pair] (broadcast) times b[pair][column][2]; bf16 in, f32 out.
/// Element (row, step) of `a` is the pair a[row * a_row + step * a_step]. R and V must be constants at the call.
/// This one tile serves the weight products, query times key and probability times value.
/// `ahead`: distance in bytes from b to what will be read next, or 0.
KERNEL_INLINE void bf16_tile(int R, int V, int steps, const uint32_t *a, size_t a_row, size_t a_step,
                             const uint32_t *b, size_t b_step, uintptr_t ahead, __m512 acc[MAX_ROWS][MAX_VECTORS]) {
    for (int i = 0; i < steps; i++, a += a_step, b += b_step) {
        __m512i w[MAX_VECTORS];
        prefetch_row(V, b, ahead);
        UNROLL for (int v = 0; v < V; v++) w[v] = _mm512_loadu_si512(b + 16 * v);
        UNROLL for (int r = 0; r < R; r++) {
            __m512i x = _mm512_set1_epi32((int)a[r * a_row]);
            UNROLL for (int v = 0; v < V; v++) acc[r][v] = _mm512_dpbf16_ps(acc[r][v], (__m512bh)x, (__m512bh)w[v]);
        }
    }
}

/// The same for quads of bytes, one side signed and the other not: `signed_b` says that b (vectors) is the signed one.
KERNEL_INLINE void int8_tile(int R, int V, bool signed_b, int steps, const uint32_t *a, size_t a_row, size_t a_step,
                             const uint32_t *b, size_t b_step, uintptr_t ahead, __m512i acc[MAX_ROWS][MAX_VECTORS]) {
    for (int i = 0; i < steps; i++, a += a_step, b += b_step) {
        __m512i w[MAX_VECTORS];
        prefetch_row(V, b, ahead);
        UNROLL for (int v = 0; v < V; v++) w[v] = _mm512_loadu_si512(b + 16 * v);
        UNROLL for (int r = 0; r < R; r++) {
            __m512i x = _mm512_set1_epi32((int)a[r * a_row]);
            UNROLL for (int v = 0; v < V; v++)
                acc[r][v] = signed_b ? _mm512_dpbusd_epi32(acc[r][v], x, w[v]) : _mm512_dpbusd_epi32(acc[r][v], w[v], x);
        }
    }
}
