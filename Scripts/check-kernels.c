// Compares the optimised products of every family that this processor can run with the portable ones, over random shapes.
// Run by check-kernels.sh: the package's tests do the same with the kernels as that build compiles them.
#include "CKernels.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t state = 0x9e3779b97f4a7c15ull;
static uint64_t random_word(void) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}
static int random_int(int low, int high) { return low + (int)(random_word() % (uint64_t)(high - low + 1)); }
static float random_float(void) { return (float)(random_word() >> 40) / 8388608.0f - 1; }

/// Bytes of a block, and where half-precision numbers lie in it; -1: nowhere.
typedef struct { WeightFormat format; int weights, bytes, halves[2]; } Layout;
static const Layout layouts[] = {
    {WEIGHTS_F32, 1, 4, {-1, -1}}, {WEIGHTS_F16, 1, 2, {0, -1}}, {WEIGHTS_BF16, 1, 2, {-1, -1}},
    {WEIGHTS_Q4_0, 32, 18, {0, -1}}, {WEIGHTS_Q4_1, 32, 20, {0, 2}}, {WEIGHTS_Q5_0, 32, 22, {0, -1}}, {WEIGHTS_Q5_1, 32, 24, {0, 2}},
    {WEIGHTS_Q8_0, 32, 34, {0, -1}}, {WEIGHTS_Q2_K, 256, 84, {80, 82}}, {WEIGHTS_Q3_K, 256, 110, {108, -1}},
    {WEIGHTS_Q4_K, 256, 144, {0, 2}}, {WEIGHTS_Q5_K, 256, 176, {0, 2}}, {WEIGHTS_Q6_K, 256, 210, {208, -1}},
    {WEIGHTS_IQ4_NL, 32, 18, {0, -1}}, {WEIGHTS_IQ4_XS, 256, 136, {0, -1}}, {WEIGHTS_MXFP4, 32, 17, {-1, -1}}};
enum { LAYOUTS = sizeof layouts / sizeof *layouts };

static size_t row_bytes(const Layout *layout, int columns) { return (size_t)(columns / layout->weights * layout->bytes); }

/// Random bytes whose scales and numbers are of moderate size.
static uint8_t *random_weights(const Layout *layout, int rows, int columns) {
    size_t bytes = row_bytes(layout, columns) * (size_t)rows;
    uint8_t *w = malloc(bytes);   // exactly so long: an address sanitiser sees every byte too far
    for (size_t i = 0; i < bytes; i++) w[i] = (uint8_t)random_word();
    for (size_t i = 0; i < bytes; i += (size_t)layout->bytes) {
        float number = random_float();
        uint16_t brain = (uint16_t)((random_word() & 0x807f) | 0x3f00);
        if (layout->format == WEIGHTS_F32) memcpy(w + i, &number, 4);
        if (layout->format == WEIGHTS_BF16) memcpy(w + i, &brain, 2);
        if (layout->format == WEIGHTS_MXFP4) w[i] = (uint8_t)random_int(118, 124);
        for (int h = 0; h < 2; h++) {
            uint16_t half = (uint16_t)((random_word() & 0x83ff) | 0x2000);
            if (layout->halves[h] >= 0) memcpy(w + i + layout->halves[h], &half, 2);
        }
    }
    return w;
}

/// The product through the kernels of a family, whole.
static void multiply(KernelFamily family, const Weights *weights, int n, const float *x, float *out) {
    ProductKernel kernel = product_kernels(family)->choose(weights->format, n);
    void *arranged = NULL, *scratch = NULL;
    if (kernel.layout) {
        int rows = kernel.layout->rows;
        size_t bytes = kernel.layout->bytes(weights->columns);
        arranged = aligned_alloc(64, bytes * (size_t)((n + rows - 1) / rows));
        for (int first = 0; first < n; first += rows)
            kernel.layout->arrange(x + first * weights->columns, n - first < rows ? n - first : rows, weights->columns,
                                   (uint8_t *)arranged + (size_t)(first / rows) * bytes);
    }
    if (kernel.scratch_bytes) scratch = aligned_alloc(64, (kernel.scratch_bytes(weights->columns) + 63) / 64 * 64);
    kernel.multiply(weights, n, arranged ? arranged : x, 0, weights->rows, scratch, out);
    free(arranged);
    free(scratch);
}

static double relative_error(const float *x, const float *reference, int count) {
    double difference = 0, norm = 1e-300;
    for (int i = 0; i < count; i++) {
        difference += ((double)x[i] - reference[i]) * ((double)x[i] - reference[i]);
        norm += (double)reference[i] * reference[i];
    }
    return sqrt(difference / norm);
}

/// Whether one random product of the family agrees with the portable one but for the order of sums.
static int agrees(KernelFamily family, int number) {
    const Layout *layout = &layouts[number % LAYOUTS];
    WeightFormat format = layout->format;
    int n = random_int(1, number / LAYOUTS % 2 ? 8 : 40), rows = random_int(1, 70);
    int columns = layout->weights == 256 ? 256 * random_int(1, 3) : 32 * random_int(1, 9);
    if (layout->weights == 1) columns -= random_int(0, 31);
    uint8_t *w = random_weights(layout, rows, columns);
    float *x = malloc((size_t)n * columns * 4), *expected = malloc((size_t)n * rows * 4), *result = malloc((size_t)n * rows * 4);
    for (int i = 0; i < n * columns; i++) x[i] = random_float();
    Weights weights = {w, rows, columns, format};
    multiply(KERNELS_PORTABLE, &weights, n, x, expected);
    multiply(family, &weights, n, x, result);
    double error = relative_error(result, expected, n * rows);
    if (!(error < 3e-6)) printf("format %d, n %d, [%d, %d]: relative error %.2g\n", format, n, rows, columns, error);
    free(w);
    free(x);
    free(expected);
    free(result);
    return error < 3e-6;
}

int main(void) {
    static const struct { KernelFamily family; const char *name; } families[] = {
        {KERNELS_NEON, "NEON"}, {KERNELS_AVX2, "AVX2"}, {KERNELS_AVX512, "AVX-512"}};
    enum { CASES = 40 * LAYOUTS };
    int failures = 0;
    for (size_t i = 0; i < sizeof families / sizeof *families; i++) {
        if (!product_kernels(families[i].family) || !kernel_family_supported(families[i].family)) continue;
        int good = 0;
        for (int number = 0; number < CASES; number++) good += agrees(families[i].family, number);
        printf("%s: %d of %d products agree with the portable ones\n", families[i].name, good, CASES);
        failures += CASES - good;
    }
    return failures != 0;
}
