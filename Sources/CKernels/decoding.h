// Weight rows as float32 in every family: see `decode` in elementwise.h.
#pragma once
#include "products.h"

typedef void DecodeRow(WeightFormat format, const void *row, ptrdiff_t count, float *out);

DecodeRow decode_portable;
#if defined(__x86_64__)
DecodeRow decode_avx2, decode_avx512;
/// The same rounded to bf16: every 32 weights as 64 bytes, `step` bytes after those before. What is missing of the last 32 is zero.
void decode_short_avx512(WeightFormat format, const void *row, ptrdiff_t count, void *out, size_t step);
#elif defined(__aarch64__)
DecodeRow decode_neon;
#endif
