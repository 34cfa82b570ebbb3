// One body of the gradient kernels, included once per family by vector_families.h.
// Loops run over lanes of 16 so that every family adds up in the same order.
#include "activation_math.h"

/// The sum over all i of an expression in i, in lanes.
#define SUM(result, expression) \
    do { \
        float lanes[ELEMENTWISE_LANES] = {0}; \
        ptrdiff_t first = 0; \
        for (; first + ELEMENTWISE_LANES <= count; first += ELEMENTWISE_LANES) \
            for (ptrdiff_t l = 0, i = first; l < ELEMENTWISE_LANES; l++, i++) lanes[l] += (expression); \
        for (ptrdiff_t i = first; i < count; i++) lanes[0] += (expression); \
        result = NAMED(total)(lanes); \
    } while (0)

// ---------------------------------------------------------------- norms

TARGET static void NAMED(rms_norm)(
    const float *x, const float *weight, ptrdiff_t count, float epsilon, const float *out_gradient, float *x_gradient,
    float *weight_gradient
) {
    float squares, along;               // along: the gradient of the scaled x, in the direction of x
    SUM(squares, x[i] * x[i]);
    SUM(along, out_gradient[i] * weight[i] * x[i]);
    const double mean = (double)squares / (double)count + (double)epsilon;
    const float factor = (float)(1 / sqrt(mean)), share = (float)((double)along / (mean * (double)count));
    if (weight_gradient) EACH_ALONE for (ptrdiff_t i = 0; i < count; i++) weight_gradient[i] += out_gradient[i] * (x[i] * factor);
    EACH_ALONE for (ptrdiff_t i = 0; i < count; i++) x_gradient[i] = factor * (out_gradient[i] * weight[i] - x[i] * share);
}

TARGET static void NAMED(layer_norm)(
    const float *x, const float *weight, ptrdiff_t count, float epsilon, const float *out_gradient, float *x_gradient,
    float *weight_gradient
) {
    float sum, squares, whole, along;   // of the gradient of the normalised x: its sum, and its part in the direction of x
    SUM(sum, x[i]);
    const float mean = sum / (float)count;
    SUM(squares, (x[i] - mean) * (x[i] - mean));
    SUM(whole, out_gradient[i] * weight[i]);
    SUM(along, out_gradient[i] * weight[i] * (x[i] - mean));
    const double variance = (double)squares / (double)count + (double)epsilon;
    const float factor = (float)(1 / sqrt(variance)), share = (float)((double)along / (variance * (double)count));
    const float level = whole / (float)count;
    if (weight_gradient) EACH_ALONE for (ptrdiff_t i = 0; i < count; i++) weight_gradient[i] += out_gradient[i] * ((x[i] - mean) * factor);
    EACH_ALONE for (ptrdiff_t i = 0; i < count; i++)
        x_gradient[i] = factor * (out_gradient[i] * weight[i] - level - (x[i] - mean) * share);
}

// ---------------------------------------------------------------- activations

LOCAL float NAMED(silu_slope)(float x) {
    const float open = NAMED(sigmoid)(x);
    return open * (1 + x * (1 - open));
}
LOCAL float NAMED(gelu_slope)(float x) {
    return 0.5f * (1 + NAMED(error_function)(x * 0.70710678f)) + x * 0.39894228f * NAMED(exponential)(-0.5f * x * x);
}
LOCAL float NAMED(gelu_tanh_slope)(float x) {
    const float tangent = NAMED(hyperbolic_tangent)(0.79788456f * (x + 0.044715f * x * x * x));
    const float inner = 0.79788456f * (1 + 3 * 0.044715f * x * x);
    return 0.5f * (1 + tangent) + 0.5f * x * (1 - tangent * tangent) * inner;
}
LOCAL float NAMED(gelu_quick_slope)(float x) {
    const float open = NAMED(sigmoid)(1.702f * x);
    return open * (1 + 1.702f * x * (1 - open));
}
LOCAL float NAMED(relu_slope)(float x) { return x > 0 ? 1 : 0; }

#define FOR_EACH_FUNCTION(loop) \
    switch (f) { \
        case ACTIVATION_SILU: loop(silu); break; \
        case ACTIVATION_GELU: loop(gelu); break; \
        case ACTIVATION_GELU_TANH: loop(gelu_tanh); break; \
        case ACTIVATION_GELU_QUICK: loop(gelu_quick); break; \
        case ACTIVATION_RELU: loop(relu); break; \
    }

#define ACTIVATION_LOOP(function) \
    EACH_ALONE for (ptrdiff_t i = 0; i < count; i++) x_gradient[i] = NAMED(function##_slope)(x[i]) * out_gradient[i]

TARGET static void NAMED(activate)(ActivationFunction f, const float *x, const float *out_gradient, ptrdiff_t count, float *x_gradient) {
    FOR_EACH_FUNCTION(ACTIVATION_LOOP)
}

#define GATE_LOOP(function) \
    EACH_ALONE for (ptrdiff_t i = 0; i < count; i++) { \
        const float x = gate[i], y = up[i], ahead = out_gradient[i]; \
        gate_gradient[i] = NAMED(function##_slope)(x) * y * ahead; \
        up_gradient[i] = NAMED(function)(x) * ahead; \
    }

TARGET static void NAMED(gate)(
    ActivationFunction f, const float *gate, const float *up, const float *out_gradient, ptrdiff_t count, float *gate_gradient,
    float *up_gradient
) {
    FOR_EACH_FUNCTION(GATE_LOOP)
}

TARGET static void NAMED(gate_clamped)(
    const float *gate, const float *up, const float *out_gradient, ptrdiff_t count, float limit, float slope, float *gate_gradient,
    float *up_gradient
) {
    EACH_ALONE for (ptrdiff_t i = 0; i < count; i++) {
        const float x = gate[i] > limit ? limit : gate[i], y = up[i] > limit ? limit : up[i] < -limit ? -limit : up[i];
        const float open = NAMED(sigmoid)(slope * x), ahead = out_gradient[i];
        const bool gate_moves = gate[i] <= limit, up_moves = up[i] <= limit && up[i] >= -limit;
        gate_gradient[i] = gate_moves ? open * (1 + slope * x * (1 - open)) * (y + 1) * ahead : 0;
        up_gradient[i] = up_moves ? x * open * ahead : 0;
    }
}

TARGET static void NAMED(soft_cap)(float cap, const float *capped, ptrdiff_t count, float *gradient) {
    const float inverse = 1 / cap;
    EACH_ALONE for (ptrdiff_t i = 0; i < count; i++) {
        const float tangent = capped[i] * inverse;
        gradient[i] *= 1 - tangent * tangent;
    }
}

// ---------------------------------------------------------------- loss and step

TARGET static double NAMED(cross_entropy)(float *logits, ptrdiff_t count, ptrdiff_t target, float scale) {
    const float most = NAMED(maximum)(logits, count), wanted = logits[target];
    for (ptrdiff_t i = 0; i < count; i++) logits[i] = NAMED(exponential)(logits[i] - most);
    float sum;
    SUM(sum, logits[i]);
    const float factor = scale / sum;
    for (ptrdiff_t i = 0; i < count; i++) logits[i] *= factor;
    logits[target] -= scale;
    return log((double)sum) + ((double)most - (double)wanted);
}

TARGET static void NAMED(adam_w)(
    const AdamWFactors *step, const float *gradient, ptrdiff_t count, float *value, float *first, float *second
) {
    const float beta1 = step->beta1, beta2 = step->beta2, scale = step->gradient_scale, epsilon = step->epsilon;
    const float kept = 1 - step->rate * step->decay, rate = step->rate / step->correction1, square = 1 / step->correction2;
    EACH_ALONE for (ptrdiff_t i = 0; i < count; i++) {
        const float g = gradient[i] * scale;
        const float m = beta1 * first[i] + (1 - beta1) * g, v = beta2 * second[i] + (1 - beta2) * g * g;
        first[i] = m;
        second[i] = v;
        value[i] = value[i] * kept - rate * m / (__builtin_elementwise_sqrt(v * square) + epsilon);   // sqrtf might set errno
    }
}

/// Runs of values are added up in float32, runs in float64.
TARGET static double NAMED(sum_of_squares)(const float *values, ptrdiff_t length) {
    double sum = 0;
    for (ptrdiff_t start = 0; start < length; start += SQUARES_AT_ONCE) {
        const float *x = values + start;
        const ptrdiff_t count = smaller(length - start, SQUARES_AT_ONCE);
        float part;
        SUM(part, x[i] * x[i]);
        sum += (double)part;
    }
    return sum;
}

static const GradientKernels FAMILY = {
    NAMED(rms_norm), NAMED(layer_norm), NAMED(activate), NAMED(gate), NAMED(gate_clamped), NAMED(soft_cap), NAMED(cross_entropy),
    NAMED(adam_w), NAMED(sum_of_squares),
};

#undef EACH_ALONE
#undef SUM
#undef FOR_EACH_FUNCTION
#undef ACTIVATION_LOOP
#undef GATE_LOOP
