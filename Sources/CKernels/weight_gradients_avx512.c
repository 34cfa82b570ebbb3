// Gradients of weights on vectors of sixteen (AVX-512), products in float32.
#if defined(__x86_64__)
#include "lanes_avx512.h"
#define COLUMNS 4
#include "weight_gradients_floats.h"
#include "weight_gradients_families.h"

const WeightGradientKernels weight_gradients_avx512 = {copied_bytes, add_in_floats};
#endif
