// One body of the activation kernels, included once per family by vector_families.h.
#include "activation_math.h"

LOCAL float NAMED(sum)(const float *x, ptrdiff_t count) {
    float lanes[ELEMENTWISE_LANES] = {0};
    ptrdiff_t i = 0;
    for (; i + ELEMENTWISE_LANES <= count; i += ELEMENTWISE_LANES)
        for (int l = 0; l < ELEMENTWISE_LANES; l++) lanes[l] += x[i + l];
    for (; i < count; i++) lanes[0] += x[i];
    return NAMED(total)(lanes);
}

LOCAL float NAMED(sum_of_squares)(const float *x, ptrdiff_t count, float mean) {
    float lanes[ELEMENTWISE_LANES] = {0};
    ptrdiff_t i = 0;
    for (; i + ELEMENTWISE_LANES <= count; i += ELEMENTWISE_LANES)
        for (int l = 0; l < ELEMENTWISE_LANES; l++) lanes[l] += (x[i + l] - mean) * (x[i + l] - mean);
    for (; i < count; i++) lanes[0] += (x[i] - mean) * (x[i] - mean);
    return NAMED(total)(lanes);
}

TARGET static void NAMED(layer_norm)(
    const float *x, const float *weight, const float *bias, ptrdiff_t count, float epsilon, float *out
) {
    float mean = NAMED(sum)(x, count) / (float)count;
    double variance = (double)NAMED(sum_of_squares)(x, count, mean) / (double)count;
    float factor = (float)(1 / sqrt(variance + (double)epsilon));
    EACH_ALONE for (ptrdiff_t i = 0; i < count; i++) out[i] = (x[i] - mean) * factor * weight[i];
    if (!bias) return;
    for (ptrdiff_t i = 0; i < count; i++) out[i] += bias[i];
}

#define FOR_EACH(function, factor) \
    EACH_ALONE for (ptrdiff_t i = 0; i < count; i++) out[i] = NAMED(function)(x[i]) factor; \
    break

#define FOR_EACH_OF(functions, factor) \
    switch (functions) { \
        case ACTIVATION_SILU: FOR_EACH(silu, factor); \
        case ACTIVATION_GELU: FOR_EACH(gelu, factor); \
        case ACTIVATION_GELU_TANH: FOR_EACH(gelu_tanh, factor); \
        case ACTIVATION_GELU_QUICK: FOR_EACH(gelu_quick, factor); \
        case ACTIVATION_RELU: FOR_EACH(relu, factor); \
    }

TARGET static void NAMED(activate)(ActivationFunction f, const float *x, ptrdiff_t count, float *out) { FOR_EACH_OF(f, ) }

TARGET static void NAMED(gate)(ActivationFunction f, const float *x, const float *up, ptrdiff_t count, float *out) {
    FOR_EACH_OF(f, * up[i])
}

LOCAL float NAMED(limited)(float x, float limit) {
    float low = x < -limit ? -limit : x;
    return low > limit ? limit : low;
}

TARGET static void NAMED(gate_clamped)(
    const float *gate, const float *up, ptrdiff_t count, float limit, float slope, float *out
) {
    EACH_ALONE for (ptrdiff_t i = 0; i < count; i++) {
        float open = gate[i] > limit ? limit : gate[i];
        out[i] = open * NAMED(sigmoid)(slope * open) * (NAMED(limited)(up[i], limit) + 1);
    }
}

TARGET static void NAMED(soft_cap)(float cap, ptrdiff_t count, float *x) {
    for (ptrdiff_t i = 0; i < count; i++) x[i] = cap * NAMED(hyperbolic_tangent)(x[i] / cap);
}

TARGET static void NAMED(clamp)(float limit, ptrdiff_t count, float *x) {
    for (ptrdiff_t i = 0; i < count; i++) x[i] = NAMED(limited)(x[i], limit);
}

static const ActivationKernels FAMILY = {
    NAMED(layer_norm), NAMED(activate), NAMED(gate), NAMED(gate_clamped), NAMED(soft_cap), NAMED(clamp),
};

#undef EACH_ALONE
#undef FOR_EACH_OF
#undef FOR_EACH
