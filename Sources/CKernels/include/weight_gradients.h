// The gradient of a weight matrix: [rows][columns] += Σ over tokens of ahead [tokens][rows]ᵀ · x [tokens][columns], where x is
// what was multiplied by the weights and `ahead` the gradient of the product. Neither is turned in memory. Single-threaded.
#pragma once
#include "processor.h"
#include <stdbool.h>
#include <stddef.h>

/// Rows of a gradient are handed to threads in runs that begin at multiples of this.
enum { GRADIENT_ROWS = 256 };

typedef struct {
    const float *x, *ahead;
    ptrdiff_t tokens, rows, columns;
    float *gradient;            // the rows that are asked for
} WeightGradient;

typedef struct {
    /// Bytes of working memory, aligned to 64.
    size_t (*bytes)(ptrdiff_t columns);
    /// Adds to rows first ..< last, at most GRADIENT_ROWS of them.
    void (*add)(const WeightGradient *task, ptrdiff_t first, ptrdiff_t last, void *memory);
} WeightGradientKernels;

/// The table of a family; products in float32, or with `shortens` on numbers rounded to bf16 where the family is fast at that (sums are
/// always float32). NULL where the family is not compiled in. It may be used only if `kernel_family_supported` says so.
const WeightGradientKernels *weight_gradient_kernels(KernelFamily family, bool shortens);
