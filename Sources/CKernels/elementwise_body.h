// One body of the elementwise kernels, included once per family by vector_families.h.
// Loops run over lanes of 16 so that every family adds up in the same order.

#include "elementwise_math.h"

TARGET static void NAMED(rms_norm)(const float *x, const float *weight, ptrdiff_t count, float epsilon, float *out) {
    float lanes[ELEMENTWISE_LANES] = {0};
    ptrdiff_t i = 0;
    for (; i + ELEMENTWISE_LANES <= count; i += ELEMENTWISE_LANES)
        for (int l = 0; l < ELEMENTWISE_LANES; l++) lanes[l] += x[i + l] * x[i + l];
    for (; i < count; i++) lanes[0] += x[i] * x[i];
    double mean = (double)NAMED(total)(lanes) / (double)count;
    float factor = (float)(1 / sqrt(mean + (double)epsilon));
    EACH_ALONE for (i = 0; i < count; i++) out[i] = x[i] * factor * weight[i];
}

TARGET static void NAMED(add)(const float *x, ptrdiff_t count, float *out) {
    for (ptrdiff_t i = 0; i < count; i++) out[i] += x[i];
}

TARGET static void NAMED(add_scaled)(const float *x, float factor, ptrdiff_t count, float *out) {
    for (ptrdiff_t i = 0; i < count; i++) out[i] += factor * x[i];
}

TARGET static void NAMED(scale)(float factor, ptrdiff_t count, float *out) {
    for (ptrdiff_t i = 0; i < count; i++) out[i] *= factor;
}

TARGET static void NAMED(softmax)(ptrdiff_t count, float *x) {
    float most = NAMED(maximum)(x, count);
    if (most == -INFINITY) {
        for (ptrdiff_t i = 0; i < count; i++) x[i] = 0;
        return;
    }
    float lanes[ELEMENTWISE_LANES] = {0};
    for (ptrdiff_t i = 0; i < count; i++) x[i] = NAMED(exponential)(x[i] - most);
    ptrdiff_t i = 0;
    for (; i + ELEMENTWISE_LANES <= count; i += ELEMENTWISE_LANES)
        for (int l = 0; l < ELEMENTWISE_LANES; l++) lanes[l] += x[i + l];
    for (; i < count; i++) lanes[0] += x[i];
    NAMED(scale)(1 / NAMED(total)(lanes), count, x);
}

TARGET static ptrdiff_t NAMED(argmax)(const float *x, ptrdiff_t count) {
    float most = NAMED(maximum)(x, count);
    for (ptrdiff_t i = 0; i < count; i++)
        if (x[i] == most) return i;
    return 0;
}

static const ElementwiseKernels FAMILY = {
    NAMED(rms_norm), NAMED(add), NAMED(add_scaled), NAMED(scale), NAMED(softmax), NAMED(argmax), JOIN(decode, FAMILY),
};

#undef EACH_ALONE
