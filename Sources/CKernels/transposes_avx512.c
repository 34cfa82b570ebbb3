// Transposes on vectors of AVX-512.
#if defined(__x86_64__)
#include "lanes_avx512.h"
#include "transposes_body.h"
#include "transposes_families.h"

const TransposeKernels transposes_avx512 = {transpose_floats, transpose_halves, shorten_floats};
#endif
