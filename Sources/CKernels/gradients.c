#include "gradients.h"
#include "numbers.h"
#include <math.h>
#include <stdbool.h>

enum { ELEMENTWISE_LANES = 16, SQUARES_AT_ONCE = 1024 };

#define BODY "gradients_body.h"
#define TABLE GradientKernels
#include "vector_families.h"

const GradientKernels *gradient_kernels(KernelFamily family) { return family_table(family); }
