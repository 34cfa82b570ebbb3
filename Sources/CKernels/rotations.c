#include "rotations.h"
#include <string.h>

enum { PAIRS_AT_ONCE = 8 };

#define FAMILY portable
#define TARGET
#include "rotations_body.h"

#if defined(__x86_64__)
#define FAMILY avx2
#define TARGET __attribute__((target("avx2,fma")))
#include "rotations_body.h"

#define FAMILY avx512
#define TARGET __attribute__((target("avx2,fma,avx512f,avx512bw,avx512vl,avx512dq")))
#include "rotations_body.h"
#endif

const RotationKernels *rotation_kernels(KernelFamily family) {
    switch (vector_family(family)) {
        case KERNELS_PORTABLE: return &portable;
#if defined(__x86_64__)
        case KERNELS_AVX2: return &avx2;
        case KERNELS_AVX512: return &avx512;
#elif defined(__aarch64__)
        case KERNELS_NEON: return &portable;   // NEON is in every build for this processor
#endif
        default: return NULL;
    }
}
