// What all kernels share: the state of a block of rows, merging, normalising, and the table of kernels.
#include "attention_tables.h"
#include "page_numbers.h"

static size_t rows_in(int32_t rows, int32_t unit) { return (size_t)(rows + unit - 1) / (size_t)unit * (size_t)unit; }
/// Whole groups and whole tiles.
static size_t padded_rows(int32_t rows) {
    const size_t groups = rows_in(rows, ATTENTION_GROUP), tiles = rows_in(rows, ATTENTION_TILE);
    return groups > tiles ? groups : tiles;
}

size_t attention_state_bytes(const PageShape *shape, int32_t rows) {
    size_t floats = padded_rows(rows) * ((size_t)padded_dimension(shape->value_dim) + SUM_LANES + 1);
    return (floats * 4 + 63) / 64 * 64;
}

void attention_begin(AttentionBlock *block, void *memory) {
    size_t rows = padded_rows(block->rows), dim = (size_t)padded_dimension(block->shape->value_dim);
    block->out = memory;
    block->sum = block->out + rows * dim;
    block->reference = block->sum + rows * SUM_LANES;
    memset(memory, 0, rows * (dim + SUM_LANES) * 4);
    for (size_t r = 0; r < rows; r++) block->reference[r] = -INFINITY;
}

/// What a state must be multiplied with to be relative to `reference`.
static float weight(float own, float reference) { return own == -INFINITY ? 0 : exp2f(own - reference); }

void attention_merge(const AttentionBlock *block, const AttentionBlock *other) {
    size_t dim = (size_t)padded_dimension(block->shape->value_dim);
    for (size_t r = 0; r < (size_t)block->rows; r++) {
        float reference = fmaxf(block->reference[r], other->reference[r]);
        float a = weight(block->reference[r], reference), b = weight(other->reference[r], reference);
        for (size_t i = 0; i < dim; i++) block->out[r * dim + i] = a * block->out[r * dim + i] + b * other->out[r * dim + i];
        for (size_t i = r * SUM_LANES; i < (r + 1) * SUM_LANES; i++) block->sum[i] = a * block->sum[i] + b * other->sum[i];
        block->reference[r] = reference;
    }
}

static float total(const AttentionBlock *block, size_t row) {
    float sum = 0;
    for (size_t i = 0; i < SUM_LANES; i++) sum += block->sum[row * SUM_LANES + i];
    return sum;
}

void attention_gate(const AttentionBlock *block, const AttentionBlock *gate) {
    size_t dim = (size_t)padded_dimension(block->shape->value_dim);
    for (size_t r = 0; r < (size_t)block->rows; r++) {
        float own = total(block, r), whole = own == 0 ? 0 : total(gate, r), factor = whole == 0 ? 0 : whole / own;
        for (size_t i = 0; i < dim; i++) block->out[r * dim + i] = whole == 0 ? 0 : block->out[r * dim + i] * factor;
        for (size_t i = 0; i < SUM_LANES; i++) block->sum[r * SUM_LANES + i] = i == 0 ? whole : 0;
        block->reference[r] = whole == 0 ? -INFINITY : gate->reference[r];
    }
}

void attention_add_sink(const AttentionBlock *block, const float *logits) {
    size_t dim = (size_t)padded_dimension(block->shape->value_dim);
    for (size_t r = 0; r < (size_t)block->rows; r++) {
        float logit = logits[r % (size_t)block->group], reference = fmaxf(block->reference[r], logit);
        float a = weight(block->reference[r], reference);
        if (logit == -INFINITY) continue;
        for (size_t i = 0; i < dim; i++) block->out[r * dim + i] *= a;
        for (size_t i = 0; i < SUM_LANES; i++) block->sum[r * SUM_LANES + i] *= a;
        block->sum[r * SUM_LANES] += exp2f(logit - reference);
        block->reference[r] = reference;
    }
}

void attention_finish(const AttentionBlock *block, float *out, size_t out_stride, float *log_sum, size_t log_sum_stride) {
    size_t dim = (size_t)padded_dimension(block->shape->value_dim), count = (size_t)block->shape->value_dim;
    for (size_t r = 0; r < (size_t)block->rows; r++) {
        size_t token = r / (size_t)block->group, head = r % (size_t)block->group;
        float sum = total(block, r);
        float inverse = sum == 0 ? 0 : 1 / sum;                 // a sum that is not a number stays one
        const float *from = block->out + r * dim;
        if (out) for (size_t i = 0; i < count; i++) out[token * out_stride + head * count + i] = sum == 0 ? 0 : from[i] * inverse;
        log_sum[token * log_sum_stride + head] = sum == 0 ? -INFINITY : (block->reference[r] + log2f(sum)) * 0.69314718f;
    }
}

// ---------------------------------------------------------------- tables

/// Slowest first.
static const AttentionKernels *const tables[] = {
    &attention_portable,
#if defined(__x86_64__)
    &attention_avx2, &attention_avx512, &attention_avx512_dot, &attention_amx,
#endif
};

const AttentionKernels *attention_kernels(int32_t index) {
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        if (kernel_family_supported(tables[i]->family) && index-- == 0) return tables[i];
    return NULL;
}

/// Whether bf16 dot products are faster than f32: 2 to 1 on AMD's processors, 1 to 2 on Intel's (without AMX).
static bool dot_is_fast(void) {
#if defined(__x86_64__)
    return __builtin_cpu_is("amd");
#else
    return false;
#endif
}

const AttentionKernels *attention_kernels_of(KernelFamily family) {
    const AttentionKernels *best = tables[0];
    for (int32_t i = 0; attention_kernels(i); i++) {
        const AttentionKernels *table = attention_kernels(i);
#if defined(__x86_64__)
        if (table == &attention_avx512_dot && !dot_is_fast()) continue;
#endif
        if (table->family == family) best = table;
    }
    return best;
}
