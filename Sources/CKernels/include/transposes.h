// Columns turned into rows, and numbers shortened to bf16: how training brings activations and gradients before the products.
// Single-threaded, no allocation, the same bits in every family.
#pragma once
#include "processor.h"
#include <stddef.h>
#include <stdint.h>

typedef struct {
    /// out[c * stride + r] = x[r * columns + c].
    void (*transpose)(const float *x, ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t stride, float *out);
    /// The same, rounded to the nearest bf16.
    void (*transpose_short)(const float *x, ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t stride, uint16_t *out);
    /// out[i] = x[i], rounded to the nearest bf16, for `count` numbers.
    void (*shorten)(const float *x, ptrdiff_t count, uint16_t *out);
} TransposeKernels;

/// The table of a family, or NULL where it is not compiled in. It may be used only if `kernel_family_supported` says so.
const TransposeKernels *transpose_kernels(KernelFamily family);
