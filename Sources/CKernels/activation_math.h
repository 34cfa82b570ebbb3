// The functions between layers, and what they are made of; included by the bodies that need them, once per family, after NAMED and
// LOCAL are defined.
#include "elementwise_math.h"

/// By its series near 0, where the quotient of exponentials would lose digits.
LOCAL float NAMED(hyperbolic_tangent)(float x) {
    float magnitude = fabsf(x), square = x * x;
    float power = NAMED(exponential)(-2 * magnitude);
    float far = (1 - power) / (1 + power);
    float near = magnitude * (1 + square * (-1.0f / 3 + square * (2.0f / 15 + square * (-17.0f / 315 + square * (62.0f / 2835)))));
    float result = magnitude < 0.3f ? near : far;
    return x < 0 ? -result : result;
}

/// Absolute error below 1.5e-7 (Abramowitz and Stegun 7.1.26).
LOCAL float NAMED(error_function)(float x) {
    float magnitude = fabsf(x), t = 1 / (1 + 0.3275911f * magnitude);
    float series = t * (0.254829592f + t * (-0.284496736f + t * (1.421413741f + t * (-1.453152027f + t * 1.061405429f))));
    float result = 1 - series * NAMED(exponential)(-magnitude * magnitude);
    return x < 0 ? -result : result;
}

LOCAL float NAMED(sigmoid)(float x) { return 1.0f / (1.0f + NAMED(exponential)(-x)); }
LOCAL float NAMED(silu)(float x) { return x / (1.0f + NAMED(exponential)(-x)); }
LOCAL float NAMED(gelu)(float x) { return 0.5f * x * (1 + NAMED(error_function)(x * 0.70710678f)); }
LOCAL float NAMED(gelu_tanh)(float x) {
    return 0.5f * x * (1 + NAMED(hyperbolic_tangent)(0.79788456f * (x + 0.044715f * x * x * x)));
}
LOCAL float NAMED(gelu_quick)(float x) { return x * NAMED(sigmoid)(1.702f * x); }
LOCAL float NAMED(relu)(float x) { return x > 0 ? x : 0; }
