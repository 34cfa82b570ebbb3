// What training needs of the operations between products: their gradients, the loss, and the step of the optimiser. Single-threaded,
// no allocation. Every family computes in the same order with float32; they differ only where one fuses a product and a sum.
#pragma once
#include "activations.h"
#include "processor.h"
#include <stddef.h>
#include <stdint.h>

/// One step of AdamW (Loshchilov and Hutter 2019, arXiv:1711.05101).
typedef struct {
    float rate;
    float beta1, beta2;                 // how much of the averages is kept
    float epsilon;
    float decay;                        // of weights, per step and rate; 0: none
    float correction1, correction2;     // what the averages are divided by: 1 - beta^step
    float gradient_scale;               // what gradients are multiplied by first
} AdamWFactors;

/// `count` values each. "out_gradient" is what the gradient of the loss with respect to the result is; a gradient of x may be written
/// over it.
typedef struct {
    /// The gradient of x * weight / sqrt(mean(x²) + epsilon); that of the weights is added to `weight_gradient`, unless that is NULL.
    void (*rms_norm)(const float *x, const float *weight, ptrdiff_t count, float epsilon, const float *out_gradient, float *x_gradient,
                     float *weight_gradient);
    /// The gradient of (x - mean) / sqrt(variance + epsilon) * weight; that of the weights likewise.
    void (*layer_norm)(const float *x, const float *weight, ptrdiff_t count, float epsilon, const float *out_gradient, float *x_gradient,
                       float *weight_gradient);
    /// x_gradient = f'(x) * out_gradient.
    void (*activate)(ActivationFunction f, const float *x, const float *out_gradient, ptrdiff_t count, float *x_gradient);
    /// The gradients of f(gate) * up; they may be written over gate and up.
    void (*gate)(ActivationFunction f, const float *gate, const float *up, const float *out_gradient, ptrdiff_t count,
                 float *gate_gradient, float *up_gradient);
    /// The gradients of g * sigmoid(slope * g) * (u + 1), where g is the gate, at most `limit`, and u is up, kept within ±limit.
    void (*gate_clamped)(const float *gate, const float *up, const float *out_gradient, ptrdiff_t count, float limit, float slope,
                         float *gate_gradient, float *up_gradient);
    /// gradient *= 1 - (capped / cap)², where capped = cap * tanh(x / cap).
    void (*soft_cap)(float cap, const float *capped, ptrdiff_t count, float *gradient);
    /// Gives the loss -ln softmax(logits)[target], and makes the logits scale * (softmax(logits) - onehot(target)).
    double (*cross_entropy)(float *logits, ptrdiff_t count, ptrdiff_t target, float scale);
    /// Moves values against their gradients; first and second are the running means of gradients and of their squares.
    void (*adam_w)(const AdamWFactors *step, const float *gradient, ptrdiff_t count, float *value, float *first, float *second);
    double (*sum_of_squares)(const float *x, ptrdiff_t count);
} GradientKernels;

/// The table of a family, or NULL where it is not compiled in. It may be used only if `kernel_family_supported` says so.
const GradientKernels *gradient_kernels(KernelFamily family);
