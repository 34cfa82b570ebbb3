// Layer normalisation and the functions between the layers of feed-forward networks. Single-threaded, no allocation.
// Every family computes in the same order with float32; they differ only where one fuses a product and a sum.
#pragma once
#include "processor.h"
#include <stddef.h>

typedef enum {
    /// x * sigmoid(x).
    ACTIVATION_SILU,
    /// x * (1 + erf(x / sqrt(2))) / 2 (Hendrycks and Gimpel 2016, arXiv:1606.08415).
    ACTIVATION_GELU,
    /// The same by tanh(sqrt(2 / pi) * (x + 0.044715 x³)).
    ACTIVATION_GELU_TANH,
    /// x * sigmoid(1.702 x).
    ACTIVATION_GELU_QUICK,
    /// max(x, 0).
    ACTIVATION_RELU,
} ActivationFunction;

/// `count` values each; `out` may be one of the inputs.
typedef struct {
    /// out = (x - mean) / sqrt(variance + epsilon) * weight + bias (Ba et al. 2016, arXiv:1607.06450); `bias` may be NULL.
    void (*layer_norm)(const float *x, const float *weight, const float *bias, ptrdiff_t count, float epsilon, float *out);
    /// out = f(x), with an error below 3e-7 of |x|.
    void (*activate)(ActivationFunction f, const float *x, ptrdiff_t count, float *out);
    /// out = f(gate) * up (Shazeer 2020, arXiv:2002.05202).
    void (*gate)(ActivationFunction f, const float *gate, const float *up, ptrdiff_t count, float *out);
    /// out = g * sigmoid(slope * g) * (u + 1), where g is the gate, at most `limit`, and u is up, kept within ±limit.
    void (*gate_clamped)(const float *gate, const float *up, ptrdiff_t count, float limit, float slope, float *out);
    /// x = cap * tanh(x / cap).
    void (*soft_cap)(float cap, ptrdiff_t count, float *x);
    /// x kept within ±limit.
    void (*clamp)(float limit, ptrdiff_t count, float *x);
} ActivationKernels;

/// The table of a family, or NULL where it is not compiled in. It may be used only if `kernel_family_supported` says so.
const ActivationKernels *activation_kernels(KernelFamily family);
