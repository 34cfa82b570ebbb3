#include "rotations.h"
#include <string.h>

enum { PAIRS_AT_ONCE = 8 };

#define BODY "rotations_body.h"
#define TABLE RotationKernels
#include "vector_families.h"

const RotationKernels *rotation_kernels(KernelFamily family) { return family_table(family); }
