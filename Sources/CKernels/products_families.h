// The tables of products that this build contains.
#pragma once
#include "products.h"

extern const ProductKernels products_portable;
#if defined(__x86_64__)
extern const ProductKernels products_avx2, products_avx512, products_amx;
#elif defined(__aarch64__)
extern const ProductKernels products_neon;
#endif
