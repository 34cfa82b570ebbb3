// The training attention of all families, one per file.
#pragma once
#include "attention_training.h"

extern const TrainingAttentionKernels training_attention_portable;
#if defined(__x86_64__)
extern const TrainingAttentionKernels training_attention_avx2, training_attention_avx512, training_attention_amx;
#endif
