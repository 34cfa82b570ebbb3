// Training attention on vectors of sixteen (AVX-512), products in float32.
#if defined(__x86_64__)
#include "lanes_avx512.h"
#include <math.h>
#define COLUMNS 4
#include "attention_training_floats.h"
#include "attention_training_scores.h"
#include "attention_training_body.h"
#include "attention_training_gradient.h"
#include "attention_training_families.h"

const TrainingAttentionKernels training_attention_avx512 = {attend_bytes, attend, gradient_bytes, attention_gradient};
#endif
