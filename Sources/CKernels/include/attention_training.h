// Exact attention within one sequence, and its gradient, as training needs them (FlashAttention's recomputing backward pass:
// Dao 2023, arXiv:2307.08691). Nothing of the size of all scores is ever kept: what goes from one pass to the other is a number for
// each row. Single-threaded; memory is the caller's.
#pragma once
#include "processor.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Rows of queries are handed to threads in runs that begin at multiples of this.
enum { TRAINING_BLOCK = 64 };

/// Query heads that share the keys and values of one head, over a whole sequence. A stride is the number of floats from one token to
/// the next; the heads of a token lie side by side.
typedef struct {
    int32_t tokens, heads;
    int32_t key_dim, value_dim;
    int32_t window;                  // keys that a query sees up to its own, that included; 0: all
    int32_t ahead;                   // keys behind its own that a query sees; 0 in causal attention
    int32_t globals;                 // tokens, the first ones, that see all keys and that all queries see
    /// In place of the three above, the blocks of TRAINING_BLOCK keys that each block of queries sees, whole: a row of bits for each,
    /// filled up to whole words. NULL: there is no such table. Every block sees at least one.
    const uint64_t *blocks;
    float scale, soft_cap;           // scores become cap * tanh(scale * score / cap); cap 0: scale * score
    const float *slopes;             // [heads] taken off per token of distance; NULL: none
    /// What is added at each distance, from less than -tokens to more than tokens in whole blocks: points to distance 0 of the first
    /// head, positive where the key stands before the query. NULL: nothing.
    const float *biases;
    ptrdiff_t bias_stride;           // from one head to the next
    const float *sinks;              // [heads] logits that take part without a value; NULL: none

    const float *queries, *keys, *values;
    ptrdiff_t query_stride, key_stride, value_stride;
    float *outputs;                  // written by `attend`, read by `gradient`
    ptrdiff_t output_stride;
    float *log_sum;                  // natural logarithms of sums of exponentials, sinks included; likewise
    ptrdiff_t log_sum_stride;
} TrainingSequence;

/// Where gradients are: `outputs` goes in and lies as the outputs do, the others come out. Queries lie as the queries do, and biases, which
/// are added to, as the biases.
typedef struct {
    const float *outputs;
    float *queries, *keys, *values;
    ptrdiff_t key_stride, value_stride;
    float *biases;                   // NULL: not wanted
} TrainingGradient;

typedef struct {
    /// Bytes of working memory, aligned to 64, for the queries of so many tokens.
    size_t (*attend_bytes)(const TrainingSequence *sequence, int32_t first, int32_t last);
    /// Outputs and sums of the queries of tokens first ..< last; `first` is a multiple of TRAINING_BLOCK.
    void (*attend)(const TrainingSequence *sequence, int32_t first, int32_t last, void *memory);
    size_t (*gradient_bytes)(const TrainingSequence *sequence);
    /// The gradients of all queries, and of keys and values by all heads.
    void (*gradient)(const TrainingSequence *sequence, const TrainingGradient *gradient, void *memory);
} TrainingAttentionKernels;

/// The table of a family; products in float32, or with `shortens` on numbers rounded to bf16 where the family is fast at that (sums are
/// always float32). NULL where the family is not compiled in. It may be used only if `kernel_family_supported` says so.
const TrainingAttentionKernels *training_attention_kernels(KernelFamily family, bool shortens);
