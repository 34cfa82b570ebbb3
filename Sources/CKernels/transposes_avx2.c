// Transposes on vectors of AVX2.
#if defined(__x86_64__)
#include "lanes_avx2.h"
#include "transposes_body.h"
#include "transposes_families.h"

const TransposeKernels transposes_avx2 = {transpose_floats, transpose_halves, shorten_floats};
#endif
