// Training attention, backward; included behind attention_training_body.h.

/// Memory of the backward pass.
typedef struct {
    int32_t key_dim, value_dim;                             // padded
    // Of all keys, in blocks.
    Element *key_rows, *key_columns, *value_rows;           // left sides
    float *key_gradients, *value_gradients;                 // [64][dimension]
    // Of the block of queries at hand; right sides.
    Element *query_columns, *query_rows, *ahead_columns, *ahead_rows;     // ahead: the gradients of the outputs
    float *query_gradients;                                 // [dimension][64]
    QuerySums *sums;
    // Of two blocks of scores.
    float *scores[2], *slopes[2];
    Element *weights[2], *gradients_left[2], *gradients_right[2];
    Products *products;
} GradientRoom;

static GradientRoom gradient_room(const TrainingSequence *sequence, Room *room) {
    const int32_t key_dim = padded(sequence->key_dim), value_dim = padded(sequence->value_dim);
    const size_t blocks = (size_t)block_count(sequence->tokens), keys = block_elements(key_dim), values = block_elements(value_dim);
    GradientRoom own = {.key_dim = key_dim, .value_dim = value_dim};
    own.key_rows = take(room, blocks * keys, sizeof(Element));
    own.key_columns = take(room, blocks * keys, sizeof(Element));
    own.value_rows = take(room, blocks * values, sizeof(Element));
    own.key_gradients = take(room, blocks * keys, sizeof(float));
    own.value_gradients = take(room, blocks * values, sizeof(float));
    own.query_columns = take(room, keys, sizeof(Element));
    own.query_rows = take(room, keys, sizeof(Element));
    own.ahead_columns = take(room, values, sizeof(Element));
    own.ahead_rows = take(room, values, sizeof(Element));
    own.query_gradients = take(room, keys, sizeof(float));
    own.sums = take(room, 1, sizeof(QuerySums));
    own.products = take(room, 1, sizeof(Products));
    for (int turn = 0; turn < 2; turn++) {
        own.scores[turn] = take(room, SIDE * SIDE, sizeof(float));
        own.slopes[turn] = take(room, SIDE * SIDE, sizeof(float));
        own.weights[turn] = take(room, SIDE * SIDE, sizeof(Element));
        own.gradients_left[turn] = take(room, SIDE * SIDE, sizeof(Element));
        own.gradients_right[turn] = SIDES_ALIKE ? own.gradients_left[turn] : take(room, SIDE * SIDE, sizeof(Element));
    }
    return own;
}

static size_t gradient_bytes(const TrainingSequence *sequence) {
    Room room = {NULL, 0};
    gradient_room(sequence, &room);
    return room.used;
}

KERNEL static void pack_keys(const TrainingSequence *sequence, const GradientRoom *room) {
    for (int32_t block = 0; block < block_count(sequence->tokens); block++) {
        const size_t keys = (size_t)block * block_elements(room->key_dim), values = (size_t)block * block_elements(room->value_dim);
        const float *key = sequence->keys + (ptrdiff_t)block * SIDE * sequence->key_stride;
        const float *value = sequence->values + (ptrdiff_t)block * SIDE * sequence->value_stride;
        const int32_t count = tokens_in(sequence, block);
        pack_left_rows(key, sequence->key_stride, count, sequence->key_dim, room->key_dim, 1, room->key_rows + keys);
        pack_left_columns(key, sequence->key_stride, count, sequence->key_dim, room->key_dim, 1, room->key_columns + keys);
        pack_left_rows(value, sequence->value_stride, count, sequence->value_dim, room->value_dim, 1, room->value_rows + values);
        memset(room->key_gradients + keys, 0, block_elements(room->key_dim) * sizeof(float));
        memset(room->value_gradients + values, 0, block_elements(room->value_dim) * sizeof(float));
    }
}

KERNEL static float dot_product(const float *a, const float *b, int32_t count) {
    Floats sums = {0};
    int32_t i = 0;
    for (; i + LANES <= count; i += LANES) sums += load_floats(a + i) * load_floats(b + i);
    float sum = total(sums);
    for (; i < count; i++) sum += a[i] * b[i];
    return sum;
}

/// Queries that are missing get an infinite sum: their weights are 0.
KERNEL static void pack_queries(const TrainingSequence *sequence, const TrainingGradient *gradient, int32_t head, int32_t block,
                                const GradientRoom *room) {
    const ptrdiff_t token = (ptrdiff_t)block * SIDE, out_place = token * sequence->output_stride + head * sequence->value_dim;
    const float *queries = sequence->queries + token * sequence->query_stride + head * sequence->key_dim;
    const float *outputs = sequence->outputs + out_place, *ahead = gradient->outputs + out_place;
    const float *log_sum = sequence->log_sum + token * sequence->log_sum_stride + head;
    const int32_t count = tokens_in(sequence, block);
    pack_right_columns(queries, sequence->query_stride, count, sequence->key_dim, room->key_dim, sequence->scale * LOG2_E,
                       room->query_columns);
    pack_right_rows(queries, sequence->query_stride, count, sequence->key_dim, room->key_dim, 1, room->query_rows);
    pack_right_columns(ahead, sequence->output_stride, count, sequence->value_dim, room->value_dim, 1, room->ahead_columns);
    pack_right_rows(ahead, sequence->output_stride, count, sequence->value_dim, room->value_dim, 1, room->ahead_rows);
    for (int32_t q = 0; q < SIDE; q++) {
        const bool there = q < count;
        room->sums->log_sum[q] = there ? log_sum[q * sequence->log_sum_stride] * LOG2_E : INFINITY;
        room->sums->shares[q] =
            there ? dot_product(outputs + q * sequence->output_stride, ahead + q * sequence->output_stride, sequence->value_dim) : 0;
    }
}

/// Scores of a block of keys, and the gradients of its weights.
KERNEL_INLINE void multiply_forward(const GradientRoom *room, int32_t block, int turn) {
    const size_t keys = (size_t)block * block_elements(room->key_dim), values = (size_t)block * block_elements(room->value_dim);
    block_scores(room->products, room->key_dim, room->key_rows + keys, room->query_columns, room->scores[turn]);
    block_scores(room->products, room->value_dim, room->value_rows + values, room->ahead_columns, room->slopes[turn]);
}

/// What a block of keys adds to the gradients.
KERNEL_INLINE void multiply_backward(const GradientRoom *room, int32_t block, int turn) {
    const size_t keys = (size_t)block * block_elements(room->key_dim), values = (size_t)block * block_elements(room->value_dim);
    add_to_rows(room->products, room->value_dim, room->weights[turn], room->ahead_rows, room->value_gradients + values);
    add_to_rows(room->products, room->key_dim, room->gradients_left[turn], room->query_rows, room->key_gradients + keys);
    add_to_columns(room->products, room->key_dim, room->key_columns + keys, room->gradients_right[turn], room->query_gradients);
}

KERNEL static void query_pass(const TrainingSequence *sequence, const TrainingGradient *gradient, int32_t head, int32_t block,
                              const GradientRoom *room) {
    float factors[SIDE];
    for (int32_t q = 0; q < SIDE; q++) factors[q] = sequence->scale;
    pack_queries(sequence, gradient, head, block, room);
    memset(room->query_gradients, 0, block_elements(room->key_dim) * sizeof(float));
    const int32_t end = block_count(sequence->tokens);
    int32_t keys = next_key_block(sequence, block, 0);
    multiply_forward(room, keys, 0);
    finish_products(room->products);
    for (int turn = 0; keys < end; turn = 1 - turn) {
        BlockRule rule = block_rule(sequence, head, keys * SIDE, block * SIDE);
        if (gradient->biases) rule.bias_gradients = gradient->biases + head * sequence->bias_stride;
        const int32_t next = next_key_block(sequence, block, keys + 1);
        if (next < end) multiply_forward(room, next, 1 - turn);
        block_gradient(&rule, room->sums, room->scores[turn], room->slopes[turn], room->weights[turn], room->gradients_left[turn],
                       room->gradients_right[turn], room->products);
        finish_products(room->products);
        multiply_backward(room, keys, turn);
        keys = next;
    }
    finish_products(room->products);
    unpack_columns(room->query_gradients, sequence->key_dim, tokens_in(sequence, block), factors,
                   gradient->queries + (ptrdiff_t)block * SIDE * sequence->query_stride + head * sequence->key_dim, sequence->query_stride);
}

KERNEL static void attention_gradient(const TrainingSequence *sequence, const TrainingGradient *gradient, void *memory) {
    Room room = {memory, 0};
    const GradientRoom own = gradient_room(sequence, &room);
    pack_keys(sequence, &own);
    begin_products(own.products);
    for (int32_t block = 0; block < block_count(sequence->tokens); block++)
        for (int32_t head = 0; head < sequence->heads; head++) query_pass(sequence, gradient, head, block, &own);
    end_products(own.products);
    for (int32_t block = 0; block < block_count(sequence->tokens); block++) {
        const int32_t count = tokens_in(sequence, block);
        const ptrdiff_t token = (ptrdiff_t)block * SIDE;
        unpack_rows(own.key_gradients + (size_t)block * block_elements(own.key_dim), own.key_dim, sequence->key_dim, count,
                    sequence->scale, gradient->keys + token * gradient->key_stride, gradient->key_stride);
        unpack_rows(own.value_gradients + (size_t)block * block_elements(own.value_dim), own.value_dim, sequence->value_dim, count, 1,
                    gradient->values + token * gradient->value_stride, gradient->value_stride);
    }
}
