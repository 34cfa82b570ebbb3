// The gradients of weights of all families, one per file.
#pragma once
#include "weight_gradients.h"

#if defined(__x86_64__)
extern const WeightGradientKernels weight_gradients_avx2, weight_gradients_avx512, weight_gradients_amx;
#endif
