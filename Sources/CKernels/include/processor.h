// Which instruction sets this processor offers; asked once, when a table of kernels is chosen.
#pragma once
#include <stdbool.h>

/// The families of kernels, slowest first. A family is usable only if everything that it needs is there.
typedef enum { KERNELS_PORTABLE, KERNELS_NEON, KERNELS_AVX2, KERNELS_AVX512, KERNELS_AMX } KernelFamily;

/// Whether this processor (and operating system) can run the family.
bool kernel_family_supported(KernelFamily family);

/// The family whose loops over vectors a family uses: tiles are for products and attention, the rest is done as without them.
KernelFamily vector_family(KernelFamily family);

/// Tells the processor that the caller is waiting in a loop.
void processor_pause(void);
