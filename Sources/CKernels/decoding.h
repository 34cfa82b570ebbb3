// Weight rows as float32 in every family: see `decode` in elementwise.h.
#pragma once
#include "products.h"

typedef void DecodeRow(WeightFormat format, const void *row, ptrdiff_t count, float *out);

DecodeRow decode_portable;
#if defined(__x86_64__)
DecodeRow decode_avx2, decode_avx512;
#elif defined(__aarch64__)
DecodeRow decode_neon;
#endif
