#include "processor.h"

bool kernel_family_supported(KernelFamily family) {
    switch (family) {
        case KERNELS_PORTABLE: return true;
#if defined(__x86_64__)
        case KERNELS_AVX2: return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("f16c");
        case KERNELS_AVX512:
            return kernel_family_supported(KERNELS_AVX2) && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw")
                && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vnni")
                && __builtin_cpu_supports("avx512bf16");
#elif defined(__aarch64__)
        case KERNELS_NEON: return true;
#endif
        default: return false;
    }
}

void processor_pause(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}
