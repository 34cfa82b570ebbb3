// What happens between the products: RMS norms, sums, softmax, decoding of weight rows. Single-threaded, no allocation.
// Every family computes in the same order with float32; they differ only where one fuses a product and a sum.
#pragma once
#include "processor.h"
#include "products.h"
#include <stddef.h>

/// `count` values each; `out` may be one of the inputs.
typedef struct {
    /// out = x * weight / sqrt(mean(x²) + epsilon) (Zhang and Sennrich 2019, arXiv:1910.07467).
    void (*rms_norm)(const float *x, const float *weight, ptrdiff_t count, float epsilon, float *out);
    /// out += x.
    void (*add)(const float *x, ptrdiff_t count, float *out);
    /// out += factor * x.
    void (*add_scaled)(const float *x, float factor, ptrdiff_t count, float *out);
    /// out *= factor.
    void (*scale)(float factor, ptrdiff_t count, float *out);
    /// x = exp(x - max) / sum of the same, in place. Entries of minus infinity become 0; if all are, every entry becomes 0.
    void (*softmax)(ptrdiff_t count, float *x);
    /// Index of the first largest value; NaNs are passed over. 0 if there is none.
    ptrdiff_t (*argmax)(const float *x, ptrdiff_t count);
    /// The first `count` weights of a row as float32, exactly; a row of minima is rounded once for the product and once for the
    /// difference, alike in every family. `count` is a multiple of the block, 32 or 256 weights.
    void (*decode)(WeightFormat format, const void *row, ptrdiff_t count, float *out);
} ElementwiseKernels;

/// The table of a family, or NULL where it is not compiled in. It may be used only if `kernel_family_supported` says so.
const ElementwiseKernels *elementwise_kernels(KernelFamily family);
