// Exact attention of a block of query rows over cache pages, one page at a time (FlashAttention's order: queries outside).
//
// A block holds rows that share one key/value head: row = token * group + head. Its state is an unnormalised output, a sum and
// a reference per row, so that pages may come in any order and states of disjoint pages merge exactly. All functions run on the
// caller's thread. Scores are in powers of two: log2(e) is folded into the queries, slopes, biases and cap.
#pragma once
#include "pages.h"
#include "processor.h"
#include <stdbool.h>

/// Rows are worked on in groups of the one or the other size.
enum { ATTENTION_GROUP = 6, ATTENTION_TILE = 16, SUM_LANES = 16 };

typedef struct {
    const PageShape *shape;
    int32_t rows, group;
    float soft_cap;              // scores become cap * tanh(score / cap); 0: not
    const float *slopes;         // [rows] subtracted per position of distance; NULL: none
    const float *biases;         // [group][bias_count] added at each distance from 0 on, the last for all beyond; NULL: none
    int32_t bias_count;
    const float *paired;         // [rows][padded key dimension]: queries by pair_rows, scaled by scale * log2 e

    void *queries;               // the rows as `place` left them, in the kernel's own layout
    float *out;                  // [rows, padded][padded value dimension]
    float *sum;                  // [rows, padded][SUM_LANES]: partial sums
    float *reference;            // [rows, padded]: what out and sum are relative to, as an exponent
    void *room;                  // for one page in the kernel's layout
} AttentionBlock;

/// One page as it is shown to a block of rows.
typedef struct {
    const void *keys, *values;
    const float *rotation;       // [2][rotary_pairs]: by how much all keys turn further; NULL: not
    const float *slot_rotation;  // [2][rotary_pairs][64]: by how much each key turns first; NULL: not
    const uint64_t *masks;       // [rows]: bit s says that the row sees slot s; NULL: every row sees all 64
    const float *distances;      // [rows]: distance shown to slot 0 (used with slopes and biases only)
    const float *slot_offsets;   // [64]: how much less the distance to each slot is
    const void *next_keys, *next_values;     // what is likely to be read next, or NULL
} PageView;

typedef struct {
    const char *name;
    KernelFamily family;
    /// Bytes of `room`.
    size_t (*room_bytes)(const PageShape *shape);
    /// Bytes of `queries`.
    size_t (*query_bytes)(const PageShape *shape, int32_t rows);
    /// Turns the rows of token t by angles[t][2][rotary_pairs] (`stride` floats from token to token, 0: one for all; NULL: not).
    void (*place)(const AttentionBlock *block, const float *angles, size_t stride);
    /// Adds a page to the state. Rows must have been placed.
    void (*page)(const AttentionBlock *block, const PageView *view);
    /// The same for the rows of one token and a run of pages. For page i the rows are turned by angles[i * stride], [2][rotary_pairs]
    /// (NULL: not); `rotation` is not looked at. A page with masks, slot_rotation or distances comes alone.
    void (*few)(const AttentionBlock *block, const PageView *views, int32_t count, const float *angles, size_t stride);
    /// masses[head of the group][64] += sum over tokens of 2^(score - log_sum[row]). Rows must have been placed.
    void (*mass)(const AttentionBlock *block, const PageView *view, const float *log_sum, float *masses);
} AttentionKernels;

/// The tables this machine can run, the portable one first; NULL past the last.
const AttentionKernels *attention_kernels(int32_t index);
/// The fastest table of a family on this processor; the portable one where it has none.
const AttentionKernels *attention_kernels_of(KernelFamily family);

/// Bytes that a state of so many rows takes: out, sum and reference.
size_t attention_state_bytes(const PageShape *shape, int32_t rows);
/// Points the block's state at memory (64-byte aligned) and makes it that of rows that have seen nothing.
void attention_begin(AttentionBlock *block, void *memory);
/// Adds a state of other pages to the block's.
void attention_merge(const AttentionBlock *block, const AttentionBlock *other);
/// Gives the block's state as a whole the weight of another, which is that of a single key; nothing where that key is not seen.
void attention_gate(const AttentionBlock *block, const AttentionBlock *gate);
/// Adds a key without value: a logit per head of the group, in powers of two.
void attention_add_sink(const AttentionBlock *block, const float *logits);
/// Normalises: out of row r to `out` + (r / group) * out_stride + (r % group) * value_dim, and the natural log of the sum of
/// exponentials to log_sum + (r / group) * log_sum_stride + r % group. A row that saw nothing gives 0 and minus infinity. `out` may
/// be NULL.
void attention_finish(const AttentionBlock *block, float *out, size_t out_stride, float *log_sum, size_t log_sum_stride);
