#include "products_families.h"

const ProductKernels *product_kernels(KernelFamily family) {
    switch (family) {
        case KERNELS_PORTABLE: return &products_portable;
#if defined(__x86_64__)
        case KERNELS_AVX2: return &products_avx2;
        case KERNELS_AVX512: return &products_avx512;
        case KERNELS_AMX: return &products_amx;
#elif defined(__aarch64__)
        case KERNELS_NEON: return &products_neon;
#endif
        default: return NULL;
    }
}
