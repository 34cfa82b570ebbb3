// The tables of attention kernels, one per file.
#pragma once
#include "include/attention.h"

extern const AttentionKernels attention_portable;
#if defined(__x86_64__)
extern const AttentionKernels attention_avx2, attention_avx512, attention_avx512_dot, attention_amx;
#endif
