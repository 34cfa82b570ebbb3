// What the files of the AVX-512 products offer each other.
#pragma once
#include "products.h"

/// The kernel for Q8_0 or Q4_0 weights and 5 to 8 activation rows (products_avx512_wide.c).
ProductKernel wide_kernel_avx512(WeightFormat format);
/// The kernel for Q8_0 or Q4_0 weights and one activation row (products_avx512_single.c).
ProductKernel single_kernel_avx512(WeightFormat format);
