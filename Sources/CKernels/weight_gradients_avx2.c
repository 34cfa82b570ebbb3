// Gradients of weights on vectors of eight (AVX2 with FMA), products in float32.
#if defined(__x86_64__)
#include "lanes_avx2.h"
#define COLUMNS 2
#include "weight_gradients_floats.h"
#include "weight_gradients_families.h"

const WeightGradientKernels weight_gradients_avx2 = {copied_bytes, add_in_floats};
#endif
