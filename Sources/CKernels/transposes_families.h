// The transposes of all families.
#pragma once
#include "transposes.h"

#if defined(__x86_64__)
extern const TransposeKernels transposes_avx2, transposes_avx512;
#elif defined(__aarch64__)
extern const TransposeKernels transposes_neon;
#endif
