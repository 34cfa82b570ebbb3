// Training attention: from scores to weights. A block of scores is [64 keys][64 queries], so that what belongs to a query (its largest
// score, its sums) stands in the lanes of vectors and nothing is added up across them.
//
// Scores are in powers of two: log2(e) is folded into the queries.
#include "vector_powers.h"

static const float LOG2_E = 1.44269504f, LN_2 = 0.69314718f;
/// How far a score may exceed the reference before it is raised, in powers of two: sums are then seldom rescaled.
static const float HEADROOM = 8;

enum { SIDE_VECTORS = SIDE / LANES };

/// Where a block lies, and what happens to its scores.
typedef struct {
    int32_t offset;                     // the first key's token less the first query's
    int32_t nearest, farthest;          // by how many tokens a query may lie behind a key that it sees
    int32_t keys;                       // those that are there
    int32_t global_keys, global_queries;    // of the block, the first ones
    bool partial;                       // some queries do not see some keys
    float soft_cap, slope;              // in powers of two; 0: none
    const float *biases;                // by distance; NULL: none
    float *bias_gradients;              // likewise
} BlockRule;

/// How many of a block's tokens are among the sequence's first ones.
static inline int32_t globals_in(int32_t globals, int32_t token) {
    const int32_t left = globals - token;
    return left < 0 ? 0 : left < SIDE ? left : SIDE;
}

static BlockRule block_rule(const TrainingSequence *sequence, int32_t head, int32_t key, int32_t query) {
    const int32_t offset = key - query, left = sequence->tokens - key;
    BlockRule rule = {.offset = offset, .nearest = -INT32_MAX, .farthest = INT32_MAX, .keys = left < SIDE ? left : SIDE,
                      .soft_cap = sequence->soft_cap * LOG2_E, .slope = sequence->slopes ? sequence->slopes[head] * LOG2_E : 0};
    if (sequence->biases) rule.biases = sequence->biases + head * sequence->bias_stride;
    if (!sequence->blocks) {
        rule.nearest = -sequence->ahead;
        if (sequence->window > 0) rule.farthest = sequence->window - 1;
        rule.global_keys = globals_in(sequence->globals, key);
        rule.global_queries = globals_in(sequence->globals, query);
    }
    rule.partial = rule.keys < SIDE || 1 - SIDE - offset < rule.nearest || SIDE - 1 - offset > rule.farthest;
    return rule;
}

/// By how many tokens the first query of a vector lies behind a key.
static inline int32_t first_distance(const BlockRule *rule, int32_t key, int32_t vector) { return vector * LANES - key - rule->offset; }

/// The same for all its queries.
KERNEL_INLINE Words distances(int32_t first) {
    Words lanes;
    UNROLL for (int i = 0; i < LANES; i++) lanes[i] = i;
    return lanes + first;
}

/// Whether scores are more than products.
static inline bool bends(const BlockRule *rule) { return rule->soft_cap > 0 || rule->slope != 0 || rule->biases; }

/// Which queries of a vector see a key.
KERNEL_INLINE Words visible(const BlockRule *rule, int32_t key, Words distance) {
    if (key >= rule->keys) return (Words){0};
    if (key < rule->global_keys) return ~(Words){0};
    const Words seen = (distance >= rule->nearest) & (distance <= rule->farthest);
    return rule->global_queries ? seen | (distance + (key + rule->offset) < rule->global_queries) : seen;
}

/// Scores as the softmax is taken of them, and by `slope` their derivative.
KERNEL_INLINE Floats shaped(const BlockRule *rule, Floats score, int32_t distance, Floats *slope) {
    *slope = splat(1);
    if (rule->soft_cap > 0) {
        const Floats x = score * splat(2 * LOG2_E / rule->soft_cap);
        const Floats tangent = 1 - 2 / (1 + power_of_two(larger(splat(-60), -larger(splat(-60), -x))));   // tanh
        score = splat(rule->soft_cap) * tangent;
        *slope = 1 - tangent * tangent;
    }
    if (rule->biases) score += splat(LOG2_E) * load_floats(rule->biases + distance);
    return score - splat(rule->slope) * floats_of_words(distances(distance));
}

// ---------------------------------------------------------------- forward

/// What is known so far of 64 queries.
typedef struct {
    float *out;                 // [padded value dimension][64], relative to the reference
    float sum[SIDE], reference[SIDE];
} QueryState;

/// Shapes and masks the scores of a vector of queries, in place, and gives the largest of them.
KERNEL_INLINE Floats prepare_scores(const BlockRule *rule, int32_t vector, float *scores) {
    Floats largest = splat(-INFINITY), slope;
    for (int32_t key = 0; key < SIDE; key++) {
        float *place = scores + key * SIDE + vector * LANES;
        const int32_t distance = first_distance(rule, key, vector);
        Floats score = shaped(rule, load_floats(place), distance, &slope);
        if (rule->partial) score = chosen(visible(rule, key, distances(distance)), score, splat(-INFINITY));
        store_floats(place, score);
        largest = larger(score, largest);
    }
    return largest;
}

KERNEL_INLINE Floats largest_score(int32_t vector, const float *scores) {
    Floats largest = load_floats(scores + vector * LANES);
    for (int32_t key = 1; key < SIDE; key++) largest = larger(load_floats(scores + key * SIDE + vector * LANES), largest);
    return largest;
}

/// Raises the reference of queries with a score far above it, after all that waits to be added to their outputs.
KERNEL_INLINE void raise_reference(QueryState *state, int32_t value_dim, int32_t vector, Floats largest, Products *products) {
    const Floats reference = load_floats(state->reference + vector * LANES);
    const Words exceeds = largest > reference + splat(HEADROOM);
    if (total(floats_of_words(exceeds)) == 0) return;
    finish_products(products);
    const Floats raised = chosen(exceeds, largest, reference), factor = power_of_two(chosen(exceeds, reference - raised, splat(0)));
    store_floats(state->reference + vector * LANES, raised);
    store_floats(state->sum + vector * LANES, load_floats(state->sum + vector * LANES) * factor);
    for (int32_t e = 0; e < value_dim; e++) {
        float *out = state->out + e * SIDE + vector * LANES;
        store_floats(out, load_floats(out) * factor);
    }
}

/// Scores to weights as a right side, and their sums to the state, while products go on.
KERNEL static void block_softmax(const BlockRule *rule, int32_t value_dim, float *scores, QueryState *state, Element *weights,
                                 Products *products) {
    const bool plain = !rule->partial && !bends(rule);
    for (int32_t vector = 0; vector < SIDE_VECTORS; vector += 2) {
        Floats base[2], sum[2];
        UNROLL for (int v = 0; v < 2; v++) {
            const Floats largest = plain ? largest_score(vector + v, scores) : prepare_scores(rule, vector + v, scores);
            raise_reference(state, value_dim, vector + v, largest, products);
            const Floats reference = load_floats(state->reference + (vector + v) * LANES);
            base[v] = chosen(reference > splat(-INFINITY), reference, splat(0));
            sum[v] = load_floats(state->sum + (vector + v) * LANES);
        }
        for (int32_t key = 0; key < SIDE; key += 2) {
            Floats x[2][2];
            UNROLL for (int r = 0; r < 2; r++) {
                UNROLL for (int v = 0; v < 2; v++) {
                    const Floats score = load_floats(scores + (key + r) * SIDE + (vector + v) * LANES);
                    x[r][v] = weight_of(score - base[v]);
                    sum[v] += x[r][v];
                }
            }
            put_weights(x, key, vector * LANES, NULL, weights);
            if (key % 4) some_products(products);
        }
        UNROLL for (int v = 0; v < 2; v++) store_floats(state->sum + (vector + v) * LANES, sum[v]);
    }
}

// ---------------------------------------------------------------- backward

/// What is known of 64 queries: the logarithm of their sums, in powers of two, and the products of outputs and their gradients.
typedef struct {
    float log_sum[SIDE], shares[SIDE];
} QuerySums;

KERNEL_INLINE void add_to(float *place, Floats x) { store_floats(place, load_floats(place) + x); }

/// Weights of a block from its scores, and the gradients of the scores from those of the weights, while products go on.
KERNEL static void block_gradient(const BlockRule *rule, const QuerySums *sums, const float *scores, const float *slopes,
                                  Element *weights, Element *gradients_left, Element *gradients_right, Products *products) {
    const bool bent = bends(rule);
    float *const bias_gradients = rule->bias_gradients;
    for (int32_t vector = 0; vector < SIDE_VECTORS; vector += 2) {
        for (int32_t key = 0; key < SIDE; key += 2) {
            Floats x[2][2], y[2][2];
            UNROLL for (int r = 0; r < 2; r++) {
                UNROLL for (int v = 0; v < 2; v++) {
                    const int32_t query = (vector + v) * LANES, place = (key + r) * SIDE + query;
                    const int32_t distance = first_distance(rule, key + r, vector + v);
                    Floats score = load_floats(scores + place), slope = splat(1);
                    if (bent) score = shaped(rule, score, distance, &slope);
                    x[r][v] = weight_of(score - load_floats(sums->log_sum + query));
                    if (rule->partial) x[r][v] = (Floats)((Words)x[r][v] & visible(rule, key + r, distances(distance)));
                    y[r][v] = x[r][v] * (load_floats(slopes + place) - load_floats(sums->shares + query));
                    if (bias_gradients) add_to(bias_gradients + distance, y[r][v]);
                    if (bent) y[r][v] *= slope;
                }
            }
            put_weights(x, key, vector * LANES, weights, NULL);
            put_weights(y, key, vector * LANES, gradients_left, gradients_right);
            if (key % 4) some_products(products);
        }
    }
}
