#include "processor.h"
#if defined(__x86_64__)
#include <cpuid.h>
#include <stdatomic.h>
#if defined(__linux__)
#include <sys/syscall.h>
#include <unistd.h>
#endif

static bool has_avx2(void) {
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("f16c");
}
static bool has_avx512(void) {
    return has_avx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl")
        && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vnni") && __builtin_cpu_supports("avx512bf16");
}

/// Whether the processor has tiles with products of bf16 and of bytes.
static bool has_amx(void) {
    enum { AMX_BF16 = 1 << 22, AMX_TILE = 1 << 24, AMX_INT8 = 1 << 25, ALL = AMX_BF16 | AMX_TILE | AMX_INT8 };
    unsigned a, b, c, d;
    return __get_cpuid_count(7, 0, &a, &b, &c, &d) && (d & ALL) == ALL;
}

/// Tiles enlarge what is saved of a thread, so Linux hands them out on request: once for all threads of a process, those to come
/// included. Asking again changes nothing.
static bool is_granted_tiles(void) {
#if defined(__linux__) && defined(SYS_arch_prctl)
    enum { REQUEST_STATE = 0x1023, TILE_DATA = 18 };
    return syscall(SYS_arch_prctl, REQUEST_STATE, TILE_DATA) == 0;
#else
    return false;
#endif
}

/// Whether tiles are there and may be used. The answer is kept: a virtual machine takes microseconds to name its features.
static bool may_use_tiles(void) {
    enum { UNKNOWN, YES, NO };
    static atomic_int answer = UNKNOWN;
    if (atomic_load(&answer) == UNKNOWN) atomic_store(&answer, has_amx() && is_granted_tiles() ? YES : NO);
    return atomic_load(&answer) == YES;
}
#endif

bool kernel_family_supported(KernelFamily family) {
    switch (family) {
        case KERNELS_PORTABLE: return true;
#if defined(__x86_64__)
        case KERNELS_AVX2: return has_avx2();
        case KERNELS_AVX512: return has_avx512();
        case KERNELS_AMX: return has_avx512() && may_use_tiles();
#elif defined(__aarch64__)
        case KERNELS_NEON: return true;
#endif
        default: return false;
    }
}

KernelFamily vector_family(KernelFamily family) { return family == KERNELS_AMX ? KERNELS_AVX512 : family; }

void processor_pause(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}
