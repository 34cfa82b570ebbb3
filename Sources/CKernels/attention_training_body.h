// Training attention: the order of things, alike for all families. What includes it has defined before how blocks lie and are
// multiplied (attention_training_floats.h or the tiles of attention_training_amx.c) and what happens to scores
// (attention_training_scores.h).
//
// While the scores of one block of keys become weights, the products before and after it go on: those of the scores of the next block,
// and those with the weights of the one before. Hence there are two of what lies between them.
//
// Forward, a block of 64 queries goes over its blocks of keys and keeps outputs [dimension][64 queries] until the end. Backward it does
// so again, and adds to the gradients of keys and values that wait in memory: one order of sums, whatever the number of threads.

static inline int32_t padded(int32_t dim) { return (dim + DIMENSION_UNIT - 1) / DIMENSION_UNIT * DIMENSION_UNIT; }
static inline int32_t block_count(int32_t tokens) { return (tokens + SIDE - 1) / SIDE; }
static inline size_t block_elements(int32_t dim) { return (size_t)SIDE * (size_t)dim; }

/// Whether a block of queries sees anything of a block of keys.
static inline bool sees_block(const TrainingSequence *sequence, int32_t queries, int32_t keys) {
    if (sequence->blocks) {
        const int32_t words = (block_count(sequence->tokens) + 63) / 64;
        return sequence->blocks[(ptrdiff_t)queries * words + keys / 64] >> keys % 64 & 1;
    }
    const int32_t oldest = sequence->window > 0 ? queries * SIDE - sequence->window + 1 : 0;
    const int64_t newest = (int64_t)queries * SIDE + SIDE - 1 + sequence->ahead;
    const bool is_global = keys * SIDE < sequence->globals || queries * SIDE < sequence->globals;
    return is_global || (keys * SIDE + SIDE > oldest && keys * SIDE <= newest);
}
/// The first block of keys, from one on, that a block of queries sees anything of; the count of blocks if there is none.
static inline int32_t next_key_block(const TrainingSequence *sequence, int32_t queries, int32_t from) {
    const int32_t count = block_count(sequence->tokens);
    while (from < count && !sees_block(sequence, queries, from)) from++;
    return from;
}
/// Tokens of a block that are there.
static inline int32_t tokens_in(const TrainingSequence *sequence, int32_t block) {
    const int32_t left = sequence->tokens - block * SIDE;
    return left < SIDE ? left : SIDE;
}

/// Memory handed out piece by piece; without memory only counted.
typedef struct { uint8_t *base; size_t used; } Room;

static inline void *take(Room *room, size_t count, size_t size) {
    void *start = room->base ? room->base + room->used : NULL;
    room->used += (count * size + 63) / 64 * 64;
    return start;
}

/// Rows [64][padded], times a factor, to the `count` rows of the model that they are.
KERNEL static void unpack_rows(const float *x, int32_t padded_dim, int32_t dim, int32_t count, float factor, float *out, ptrdiff_t stride) {
    for (int32_t t = 0; t < count; t++, x += padded_dim, out += stride)
        for (int32_t e = 0; e < dim; e++) out[e] = x[e] * factor;
}
/// The same of columns [padded][64], each with a factor of its own.
KERNEL static void unpack_columns(const float *x, int32_t dim, int32_t count, const float *factors, float *out, ptrdiff_t stride) {
    for (int32_t t = 0; t < SIDE; t += LANES) {
        const Floats factor = load_floats(factors + t);
        for (int32_t e = 0; e < dim; e += LANES) {
            Words square[LANES];
            UNROLL for (int i = 0; i < LANES; i++) square[i] = (Words)(load_floats(x + (e + i) * SIDE + t) * factor);
            transpose(square);
            for (int i = 0; i < LANES && t + i < count; i++) store_columns(out + (t + i) * stride + e, dim - e, (Floats)square[i]);
        }
    }
}

// ---------------------------------------------------------------- forward

/// Memory of the forward pass; keys and values are those of the blocks first ..< end.
typedef struct {
    int32_t first, end;
    int32_t key_dim, value_dim;             // padded
    Element *keys, *values, *queries, *weights[2];
    float *scores[2];
    QueryState *state;
    Products *products;
} AttendRoom;

static AttendRoom attend_room(const TrainingSequence *sequence, int32_t first, int32_t last, Room *room) {
    const int32_t key_dim = padded(sequence->key_dim), value_dim = padded(sequence->value_dim);
    AttendRoom own = {.first = INT32_MAX, .key_dim = key_dim, .value_dim = value_dim};
    for (int32_t queries = first / SIDE; queries < block_count(last); queries++) {
        int32_t keys = next_key_block(sequence, queries, 0);
        if (keys < own.first) own.first = keys;
        for (; keys < block_count(sequence->tokens); keys = next_key_block(sequence, queries, keys + 1))
            if (keys >= own.end) own.end = keys + 1;
    }
    const size_t blocks = (size_t)(own.end - own.first);
    own.keys = take(room, blocks * block_elements(key_dim), sizeof(Element));
    own.values = take(room, blocks * block_elements(value_dim), sizeof(Element));
    own.queries = take(room, block_elements(key_dim), sizeof(Element));
    for (int turn = 0; turn < 2; turn++) {
        own.weights[turn] = take(room, SIDE * SIDE, sizeof(Element));
        own.scores[turn] = take(room, SIDE * SIDE, sizeof(float));
    }
    own.products = take(room, 1, sizeof(Products));
    own.state = take(room, 1, sizeof(QueryState));
    float *out = take(room, block_elements(value_dim), sizeof(float));
    if (own.state) own.state->out = out;
    return own;
}

static size_t attend_bytes(const TrainingSequence *sequence, int32_t first, int32_t last) {
    Room room = {NULL, 0};
    attend_room(sequence, first, last, &room);
    return room.used;
}

/// Adds a sink, normalises, and writes the outputs and sums of a block of queries.
KERNEL static void finish_queries(const TrainingSequence *sequence, int32_t head, int32_t block, QueryState *state) {
    const int32_t count = tokens_in(sequence, block);
    const float sink = sequence->sinks ? sequence->sinks[head] * LOG2_E : -INFINITY;
    const ptrdiff_t token = (ptrdiff_t)block * SIDE;
    float factors[SIDE] = {0}, *log_sums = sequence->log_sum + token * sequence->log_sum_stride + head;
    for (int32_t q = 0; q < count; q++) {
        const float own = state->reference[q], reference = sink > own ? sink : own;
        const float weight = own == reference ? 1 : exp2f(own - reference);
        const float sum = state->sum[q] * weight + (sequence->sinks ? exp2f(sink - reference) : 0);
        factors[q] = weight / sum;
        log_sums[q * sequence->log_sum_stride] = (reference + log2f(sum)) * LN_2;
    }
    unpack_columns(state->out, sequence->value_dim, count, factors,
                   sequence->outputs + token * sequence->output_stride + head * sequence->value_dim, sequence->output_stride);
}

KERNEL_INLINE void score_block(const AttendRoom *room, int32_t keys, int turn) {
    const size_t place = (size_t)(keys - room->first) * block_elements(room->key_dim);
    block_scores(room->products, room->key_dim, room->keys + place, room->queries, room->scores[turn]);
}

KERNEL static void attend_block(const TrainingSequence *sequence, int32_t head, int32_t block, const AttendRoom *room) {
    QueryState *state = room->state;
    memset(state->sum, 0, sizeof state->sum);
    memset(state->out, 0, block_elements(room->value_dim) * sizeof(float));
    for (int32_t q = 0; q < SIDE; q++) state->reference[q] = -INFINITY;
    pack_right_columns(sequence->queries + (ptrdiff_t)block * SIDE * sequence->query_stride + head * sequence->key_dim,
                       sequence->query_stride, tokens_in(sequence, block), sequence->key_dim, room->key_dim, sequence->scale * LOG2_E,
                       room->queries);
    int32_t keys = next_key_block(sequence, block, 0);
    score_block(room, keys, 0);
    finish_products(room->products);
    for (int turn = 0; keys < room->end; turn = 1 - turn) {
        const BlockRule rule = block_rule(sequence, head, keys * SIDE, block * SIDE);
        const int32_t next = next_key_block(sequence, block, keys + 1);
        if (next < room->end) score_block(room, next, 1 - turn);
        block_softmax(&rule, room->value_dim, room->scores[turn], state, room->weights[turn], room->products);
        finish_products(room->products);
        add_to_columns(room->products, room->value_dim, room->values + (size_t)(keys - room->first) * block_elements(room->value_dim),
                       room->weights[turn], state->out);
        keys = next;
    }
    finish_products(room->products);
    finish_queries(sequence, head, block, state);
}

KERNEL static void attend(const TrainingSequence *sequence, int32_t first, int32_t last, void *memory) {
    Room room = {memory, 0};
    const AttendRoom own = attend_room(sequence, first, last, &room);
    for (int32_t block = own.first; block < own.end; block++) {
        const ptrdiff_t token = (ptrdiff_t)block * SIDE, place = block - own.first;
        pack_left_rows(sequence->keys + token * sequence->key_stride, sequence->key_stride, tokens_in(sequence, block),
                       sequence->key_dim, own.key_dim, 1, own.keys + place * (ptrdiff_t)block_elements(own.key_dim));
        pack_left_columns(sequence->values + token * sequence->value_stride, sequence->value_stride, tokens_in(sequence, block),
                          sequence->value_dim, own.value_dim, 1, own.values + place * (ptrdiff_t)block_elements(own.value_dim));
    }
    begin_products(own.products);
    for (int32_t block = first / SIDE; block < block_count(last); block++)
        for (int32_t head = 0; head < sequence->heads; head++) attend_block(sequence, head, block, &own);
    end_products(own.products);
}
