// Gradients of weights in plain vectors of four, which every processor runs, and the choice of a family.
#include "plain_vectors.h"
#include "weight_gradients_floats.h"
#include "weight_gradients_families.h"

static const WeightGradientKernels portable = {copied_bytes, add_in_floats};

const WeightGradientKernels *weight_gradient_kernels(KernelFamily family, bool shortens) {
    (void)shortens;   // without tiles nothing is rounded
    switch (family) {
        case KERNELS_PORTABLE: return &portable;
#if defined(__x86_64__)
        case KERNELS_AVX2: return &weight_gradients_avx2;
        case KERNELS_AVX512: return &weight_gradients_avx512;
        case KERNELS_AMX: return shortens ? &weight_gradients_amx : &weight_gradients_avx512;
#elif defined(__aarch64__)
        case KERNELS_NEON: return &portable;   // NEON is in every build for this processor
#endif
        default: return NULL;
    }
}
