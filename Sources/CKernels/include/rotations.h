// Rotary position embedding of whole rows of heads, as training needs it: the engine itself turns queries and keys where they are
// read. Single-threaded, no allocation.
#pragma once
#include "processor.h"
#include <stdbool.h>
#include <stddef.h>

/// Which dimensions of a head turn.
typedef struct {
    ptrdiff_t head_dim, pairs;
    bool halves;        // pair i is dimensions i and pairs + i; otherwise 2 i and 2 i + 1
} RotationShape;

typedef struct {
    /// Turns all heads of a row by the angles [2][pairs], cosines and then sines; back where `sense` is -1 and not 1. Dimensions that
    /// do not turn are copied. `out` may be x.
    void (*rotate)(const RotationShape *shape, const float *angles, float sense, const float *x, ptrdiff_t heads, float *out);
} RotationKernels;

/// The table of a family, or NULL where it is not compiled in. It may be used only if `kernel_family_supported` says so.
const RotationKernels *rotation_kernels(KernelFamily family);
