// The reference transposes in plain C, and the choice of a family.
#include "transposes_families.h"
#include "numbers.h"

static void transpose_plainly(const float *x, ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t stride, float *out) {
    for (ptrdiff_t c = 0; c < columns; c++)
        for (ptrdiff_t r = 0; r < rows; r++) out[c * stride + r] = x[r * columns + c];
}
static void transpose_short_plainly(const float *x, ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t stride, uint16_t *out) {
    for (ptrdiff_t c = 0; c < columns; c++)
        for (ptrdiff_t r = 0; r < rows; r++) out[c * stride + r] = bf16_of_float(x[r * columns + c]);
}
static void shorten_plainly(const float *x, ptrdiff_t count, uint16_t *out) {
    for (ptrdiff_t i = 0; i < count; i++) out[i] = bf16_of_float(x[i]);
}

static const TransposeKernels portable = {transpose_plainly, transpose_short_plainly, shorten_plainly};

const TransposeKernels *transpose_kernels(KernelFamily family) {
    switch (vector_family(family)) {
        case KERNELS_PORTABLE: return &portable;
#if defined(__x86_64__)
        case KERNELS_AVX2: return &transposes_avx2;
        case KERNELS_AVX512: return &transposes_avx512;
#elif defined(__aarch64__)
        case KERNELS_NEON: return &transposes_neon;
#endif
        default: return NULL;
    }
}
