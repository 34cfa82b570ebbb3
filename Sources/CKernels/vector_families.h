// Compiles one body for every family whose vectors the compiler makes of plain loops, and chooses among them. A file includes this once,
// having defined
//   BODY     the body, "…_body.h", which defines a table named FAMILY
//   TABLE    the type of that table
// A body sees
//   FAMILY   the family, and NAMED(name) for names that each family has
//   TARGET   the attribute that admits the family's instructions; LOCAL for functions that are parts of others
#pragma once
#include "processor.h"
#include <stddef.h>

#define JOIN_(a, b) a##_##b
#define JOIN(a, b) JOIN_(a, b)
#define NAMED(name) JOIN(FAMILY, name)
#define LOCAL static inline __attribute__((always_inline)) TARGET

#define FAMILY portable
#define TARGET
#include BODY
#undef FAMILY
#undef TARGET

#if defined(__x86_64__)
#define FAMILY avx2
#define TARGET __attribute__((target("avx2,fma,f16c")))
#include BODY
#undef FAMILY
#undef TARGET

#define FAMILY avx512
#define TARGET __attribute__((target("avx2,fma,f16c,avx512f,avx512bw,avx512vl,avx512dq")))
#include BODY
#undef FAMILY
#undef TARGET
#elif defined(__aarch64__)
#define FAMILY neon
#define TARGET   // NEON is in every build for this processor
#include BODY
#undef FAMILY
#undef TARGET
#endif

/// The table of a family; NULL where it is not compiled in.
static const TABLE *family_table(KernelFamily family) {
    switch (vector_family(family)) {
        case KERNELS_PORTABLE: return &portable;
#if defined(__x86_64__)
        case KERNELS_AVX2: return &avx2;
        case KERNELS_AVX512: return &avx512;
#elif defined(__aarch64__)
        case KERNELS_NEON: return &neon;
#endif
        default: return NULL;
    }
}
