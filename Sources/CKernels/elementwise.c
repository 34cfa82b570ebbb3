#include "elementwise.h"
#include "decoding.h"
#include "numbers.h"
#include <math.h>

enum { ELEMENTWISE_LANES = 16 };

#define FAMILY portable
#define TARGET
#include "elementwise_body.h"

#if defined(__x86_64__)
#define FAMILY avx2
#define TARGET __attribute__((target("avx2,fma,f16c")))
#include "elementwise_body.h"

#define FAMILY avx512
#define TARGET __attribute__((target("avx2,fma,f16c,avx512f,avx512bw,avx512vl,avx512dq")))
#include "elementwise_body.h"
#elif defined(__aarch64__)
#define FAMILY neon
#define TARGET   // NEON is in every build for this processor
#include "elementwise_body.h"
#endif

const ElementwiseKernels *elementwise_kernels(KernelFamily family) {
    switch (vector_family(family)) {
        case KERNELS_PORTABLE: return &portable;
#if defined(__x86_64__)
        case KERNELS_AVX2: return &avx2;
        case KERNELS_AVX512: return &avx512;
#elif defined(__aarch64__)
        case KERNELS_NEON: return &neon;
#endif
        default: return NULL;
    }
}
