// Training attention in plain vectors of four, which every processor runs, and the choice of a family.
#include "plain_vectors.h"
#include <math.h>
#include "attention_training_floats.h"
#include "attention_training_scores.h"
#include "attention_training_body.h"
#include "attention_training_gradient.h"
#include "attention_training_families.h"

const TrainingAttentionKernels training_attention_portable = {attend_bytes, attend, gradient_bytes, attention_gradient};

const TrainingAttentionKernels *training_attention_kernels(KernelFamily family, bool shortens) {
    (void)shortens;   // without tiles nothing is rounded
    switch (family) {
        case KERNELS_PORTABLE: return &training_attention_portable;
#if defined(__x86_64__)
        case KERNELS_AVX2: return &training_attention_avx2;
        case KERNELS_AVX512: return &training_attention_avx512;
        case KERNELS_AMX: return shortens ? &training_attention_amx : &training_attention_avx512;
#elif defined(__aarch64__)
        case KERNELS_NEON: return &training_attention_portable;   // NEON is in every build for this processor
#endif
        default: return NULL;
    }
}
