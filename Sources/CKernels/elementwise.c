#include "elementwise.h"
#include "decoding.h"
#include "numbers.h"
#include <math.h>

enum { ELEMENTWISE_LANES = 16 };

#define BODY "elementwise_body.h"
#define TABLE ElementwiseKernels
#include "vector_families.h"

const ElementwiseKernels *elementwise_kernels(KernelFamily family) { return family_table(family); }
