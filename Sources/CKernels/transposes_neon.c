// Transposes on vectors of 64-bit ARM.
#if defined(__aarch64__)
#include "lanes_neon.h"
#include "transposes_body.h"
#include "transposes_families.h"

const TransposeKernels transposes_neon = {transpose_floats, transpose_halves, shorten_floats};
#endif
