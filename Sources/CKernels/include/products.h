// Products of activations and weights, read straight from the blocks of a file: out [n][rows] = x [n][columns] · W [rows][columns]ᵀ.
//
// Everything here is single-threaded and allocates nothing. The caller arranges the activations once, hands ranges of weight
// rows to its threads and gives each thread its own scratch memory. A result depends on n and on the family of kernels, never
// on how the rows were divided.
#pragma once
#include "processor.h"
#include <stddef.h>
#include <stdint.h>

/// How weights lie in memory. Float formats may start at any multiple of their element, block formats at any address; the
/// layouts of blocks are in weight_blocks.h.
typedef enum {
    WEIGHTS_F32, WEIGHTS_F16, WEIGHTS_BF16,
    WEIGHTS_Q4_0, WEIGHTS_Q4_1, WEIGHTS_Q5_0, WEIGHTS_Q5_1, WEIGHTS_Q8_0,
    WEIGHTS_Q2_K, WEIGHTS_Q3_K, WEIGHTS_Q4_K, WEIGHTS_Q5_K, WEIGHTS_Q6_K,
    WEIGHTS_IQ4_NL, WEIGHTS_IQ4_XS, WEIGHTS_MXFP4
} WeightFormat;

/// A weight matrix [rows][columns] where it lies. Nothing beyond its last byte is read.
typedef struct {
    const void *values;
    ptrdiff_t rows, columns;   // columns: a multiple of the block, 32 or 256 weights
    WeightFormat format;
} Weights;

/// A form in which activations are handed to a kernel, in groups of rows. Kernels that name the same layout share one copy.
typedef struct {
    int rows;                                  // activation rows in a group
    size_t (*bytes)(ptrdiff_t columns);        // of one group, a multiple of 64; group g starts at g * bytes
    /// Arranges x [count][columns], 1 <= count <= rows, as one group; rows that are missing become zero.
    void (*arrange)(const float *x, int count, ptrdiff_t columns, void *group);
} ActivationLayout;

/// One way to multiply.
typedef struct {
    const ActivationLayout *layout;            // NULL: the activations as they are, float [n][columns]
    int grain;                                 // ranges of weight rows start at multiples of this
    size_t (*scratch_bytes)(ptrdiff_t columns); // working memory of one thread; NULL: none
    /// Columns first ..< last of out [n][weights->rows]. `activations` and `scratch` are aligned to 64 bytes.
    void (*multiply)(const Weights *weights, ptrdiff_t n, const void *activations, ptrdiff_t first, ptrdiff_t last, void *scratch,
                     float *out);
} ProductKernel;

/// The products of one family of kernels.
typedef struct {
    /// The kernel for n rows of activations: up to 8 stream through the weights row by row, more multiply packed panels of rows.
    /// Block formats quantise the activations to int8 (scale = max / 127 per 32, rounded to nearest even, alike in every family);
    /// float formats are computed in float32 throughout.
    ProductKernel (*choose)(WeightFormat format, ptrdiff_t n);
} ProductKernels;

/// Most activation rows that the streaming kernels take.
enum { FEW_ROWS = 8 };

/// The table of a family, or NULL where it is not compiled in. It may be used only if `kernel_family_supported` says so.
const ProductKernels *product_kernels(KernelFamily family);
