#include "activations.h"
#include "numbers.h"
#include <math.h>

enum { ELEMENTWISE_LANES = 16 };

#define BODY "activations_body.h"
#define TABLE ActivationKernels
#include "vector_families.h"

const ActivationKernels *activation_kernels(KernelFamily family) { return family_table(family); }
