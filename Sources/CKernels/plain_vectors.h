// Vectors of four lanes in the compiler's own notation, which every processor runs.
#pragma once
#define LANES 4
#define KERNEL
#define KERNEL_INLINE static inline __attribute__((always_inline))
#define UNROLL _Pragma("clang loop unroll(full)")
#if defined(__aarch64__)
#define COLUMNS 4
#else
#define COLUMNS 2
#endif
