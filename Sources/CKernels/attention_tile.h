// The attention kernel in f32, written once for vectors of any width. A file that includes this defines before
//   LANES    floats in a vector (4, 8 or 16)
//   COLUMNS  vectors that a product tile is wide: GROUP * COLUMNS sums must fit the registers
// and switches on the instruction set around it.
//
// A page is brought to f32 once for all rows of a block: keys [d][64], values [64][d], rotated, centre and scales applied. Then,
// per group of 6 rows,
//   scores [6][64] = queries [6][d] * keys;  probabilities in place;  out [6][d] += probabilities * values.
#include "include/attention.h"
#include "page_numbers.h"

enum { GROUP = ATTENTION_GROUP, ROW_VECTORS = PAGE_TOKENS / LANES };

/// How far a score may exceed the reference before it is raised, in powers of two. Sums so far are then rescaled a few times
/// per row instead of once per page, and no horizontal maximum is needed.
static const float HEADROOM = 8;

typedef float Lanes __attribute__((ext_vector_type(LANES)));
typedef int32_t Ints __attribute__((ext_vector_type(LANES)));
typedef uint32_t Words __attribute__((ext_vector_type(LANES)));
typedef float LanesAnywhere __attribute__((ext_vector_type(LANES), aligned(4), may_alias));
typedef uint32_t WordsAnywhere __attribute__((ext_vector_type(LANES), aligned(4), may_alias));

#define INLINE static inline __attribute__((always_inline))
#define UNROLLED _Pragma("clang loop unroll(full)")

INLINE Lanes load(const float *p) { return *(const LanesAnywhere *)p; }
INLINE void store(float *p, Lanes x) { *(LanesAnywhere *)p = x; }
INLINE Lanes splat(float x) { return (Lanes)x; }
INLINE Lanes chosen(Ints which, Lanes yes, Lanes no) { return (Lanes)(((Ints)yes & which) | ((Ints)no & ~which)); }
/// The second where either is not a number.
INLINE Lanes larger(Lanes a, Lanes b) { return chosen(a > b, a, b); }

/// 2^x for x <= 126, below -126 2^-126; relative error 2e-7. What is not a number stays so.
INLINE Lanes power_of_two(Lanes x) {
    const Lanes magic = splat(12582912.0f);                     // 1.5 * 2^23: adding it rounds to an integer
    x = larger(splat(-126.0f), x);
    Lanes shifted = x + magic, f = x - (shifted - magic);
    Lanes y = splat(0.00132765f) * f + splat(0.00967554f);
    y = y * f + splat(0.05550713f);
    y = y * f + splat(0.2402212f);
    y = y * f + splat(0.69314697f);
    y = y * f + splat(1.00000007f);
    return (Lanes)((Ints)y + ((Ints)shifted << 23));
}

// ---------------------------------------------------------------- pages to f32

INLINE Lanes from_f16(Words half) {
    Words rest = (half & 0x7fff) << 13, sign = (half & 0x8000) << 16;
    Words finite = (Words)((Lanes)rest * splat(0x1p112f));
    Words special = (Words)(rest >= 0x0f800000);
    return (Lanes)(sign | finite | (special & (0x7f800000 | rest)));
}

/// Elements `2 * pair` and `2 * pair + 1` of the keys in LANES slots from `slot` on, scales applied.
INLINE void key_pair(CacheElement type, const uint8_t *elements, const float *scales, int32_t pair, int32_t slot, Lanes *x, Lanes *y) {
    const size_t at = (size_t)pair * PAGE_TOKENS + (size_t)slot;
    if (type == CACHE_F32) {
        *x = load((const float *)elements + 2 * (size_t)pair * PAGE_TOKENS + slot);
        *y = load((const float *)elements + (2 * (size_t)pair + 1) * PAGE_TOKENS + slot);
        return;
    }
    if (type == CACHE_Q8) {
        const uint8_t *from = elements + ((size_t)(pair / 2) * PAGE_TOKENS + (size_t)slot) * 4;
        Words quads = *(const WordsAnywhere *)from >> (uint32_t)(pair % 2 * 16);
        *x = __builtin_convertvector((Ints)(quads & 255) - 128, Lanes) * load(scales + slot);
        *y = __builtin_convertvector((Ints)(quads >> 8 & 255) - 128, Lanes) * load(scales + slot);
        return;
    }
    Words both = *(const WordsAnywhere *)(elements + at * 4);
    *x = type == CACHE_BF16 ? (Lanes)(both << 16) : from_f16(both & 0xffff);
    *y = type == CACHE_BF16 ? (Lanes)(both & 0xffff0000) : from_f16(both >> 16);
}

/// Turns 64 pairs by the same angle, or by one angle each on top of it.
INLINE void turn(const PageView *view, int32_t pairs, int32_t pair, int32_t slot, Lanes *x, Lanes *y) {
    Lanes c = splat(view->rotation ? view->rotation[pair] : 1), s = splat(view->rotation ? view->rotation[pairs + pair] : 0);
    if (view->slot_rotation) {
        Lanes sc = load(view->slot_rotation + (size_t)pair * PAGE_TOKENS + slot);
        Lanes ss = load(view->slot_rotation + (size_t)(pairs + pair) * PAGE_TOKENS + slot);
        Lanes both = c * sc - s * ss;
        s = c * ss + s * sc;
        c = both;
    }
    Lanes turned = *x * c - *y * s;
    *y = *x * s + *y * c;
    *x = turned;
}

INLINE void load_keys_of(CacheElement type, const PageShape *shape, const PageView *view, const float *scales, float *keys) {
    const int32_t padded = padded_dimension(shape->key_dim);
    const uint8_t *elements = key_elements(view->keys, padded);
    const float *centre = key_centre(view->keys);
    const bool rotates = view->rotation || view->slot_rotation;
    for (int32_t pair = 0; pair < padded / 2; pair++) {
        for (int32_t slot = 0; slot < PAGE_TOKENS; slot += LANES) {
            Lanes x, y;
            key_pair(type, elements, scales, pair, slot, &x, &y);
            x += splat(centre[2 * pair]);
            y += splat(centre[2 * pair + 1]);
            if (rotates && pair < shape->rotary_pairs) turn(view, shape->rotary_pairs, pair, slot, &x, &y);
            store(keys + (size_t)(2 * pair) * PAGE_TOKENS + slot, x);
            store(keys + (size_t)(2 * pair + 1) * PAGE_TOKENS + slot, y);
        }
    }
}

static void read_scales(const uint8_t *elements, CacheElement type, int32_t padded, float *scales) {
    const uint16_t *from = scales_after(elements, type, padded);
    for (int32_t i = 0; i < PAGE_TOKENS; i++) scales[i] = page_from_bf16(from[i]);
}

static void load_keys(const PageShape *shape, const PageView *view, float *keys) {
    float scales[PAGE_TOKENS];
    const int32_t padded = padded_dimension(shape->key_dim);
    switch (shape->key_type) {
        case CACHE_F32: load_keys_of(CACHE_F32, shape, view, NULL, keys); break;
        case CACHE_BF16: load_keys_of(CACHE_BF16, shape, view, NULL, keys); break;
        case CACHE_F16: load_keys_of(CACHE_F16, shape, view, NULL, keys); break;
        default:
            read_scales(key_elements(view->keys, padded), CACHE_Q8, padded, scales);
            load_keys_of(CACHE_Q8, shape, view, scales, keys);
    }
}

/// 16-bit values [32][d][2] to [64][d].
INLINE void load_halves(bool bf16, int32_t padded, const uint32_t *from, float *values) {
    for (int32_t t = 0; t < PAGE_TOKENS / 2; t++, from += padded, values += 2 * (size_t)padded) {
        for (int32_t e = 0; e < padded; e += LANES) {
            Words both = *(const WordsAnywhere *)(from + e);
            store(values + e, bf16 ? (Lanes)(both << 16) : from_f16(both & 0xffff));
            store(values + padded + e, bf16 ? (Lanes)(both & 0xffff0000) : from_f16(both >> 16));
        }
    }
}

/// Element k of quads of bytes: of four tokens (q8), or of eight (q4: `tokens` 8).
INLINE Lanes quad_value(int32_t tokens, int32_t k, Words quads) {
    const Ints q = tokens == 4 ? (Ints)(quads << (uint32_t)(24 - 8 * k)) >> 24 : (Ints)(quads >> (uint32_t)(k % 4 * 8 + k / 4 * 4) & 15) - 8;
    return __builtin_convertvector(q, Lanes);
}

/// Quads of bytes: four tokens a row (q8), or eight (q4: `tokens` 8).
INLINE void load_quads(int32_t tokens, int32_t padded, const uint32_t *from, const float *scales, float *values) {
    for (int32_t t = 0; t < PAGE_TOKENS; t += tokens, from += padded) {
        for (int32_t e = 0; e < padded; e += LANES) {
            Words quads = *(const WordsAnywhere *)(from + e);
            UNROLLED for (int32_t k = 0; k < tokens; k++)
                store(values + (size_t)(t + k) * (size_t)padded + e, quad_value(tokens, k, quads) * splat(scales[t + k]));
        }
    }
}

static void load_values(const PageShape *shape, const PageView *view, float *values) {
    const int32_t padded = padded_dimension(shape->value_dim);
    float scales[PAGE_TOKENS];
    switch (shape->value_type) {
        case CACHE_F32: memcpy(values, view->values, (size_t)padded * PAGE_TOKENS * 4); break;
        case CACHE_BF16: load_halves(true, padded, view->values, values); break;
        case CACHE_F16: load_halves(false, padded, view->values, values); break;
        case CACHE_Q8:
            read_scales(view->values, CACHE_Q8, padded, scales);
            load_quads(4, padded, view->values, scales, values);
            break;
        case CACHE_Q4:
            read_scales(view->values, CACHE_Q4, padded, scales);
            load_quads(8, padded, view->values, scales, values);
    }
}

/// Clears the slots whose values are not all finite, so that a probability of 0 hides them, and returns them: rows that do see
/// one are spoilt by hand (see `spoil_rows`).
static uint64_t clear_broken_values(int32_t padded, float *values) {
    uint64_t broken = 0;
    for (int32_t slot = 0; slot < PAGE_TOKENS; slot++, values += padded) {
        Ints bad = (Ints)splat(0);
        for (int32_t e = 0; e < padded; e += LANES) bad |= ((Ints)load(values + e) & 0x7f800000) == 0x7f800000;
        if (!__builtin_reduce_or(bad)) continue;
        broken |= (uint64_t)1 << slot;
        memset(values, 0, (size_t)padded * 4);
    }
    return broken;
}

static void spoil_rows(const AttentionBlock *block, const PageView *view, uint64_t broken) {
    for (int32_t r = 0; r < block->rows; r++)
        if (view->masks[r] & broken) block->sum[(size_t)r * SUM_LANES] = NAN;
}

// ---------------------------------------------------------------- products and softmax

/// acc[R][V vectors] += sum over steps of a[row * a_row + step * a_step] * b[step * b_step + column]. R and V must be constants.
INLINE void product(const int R, const int V, int32_t steps, const float *a, size_t a_row, size_t a_step, const float *b,
                    size_t b_step, Lanes acc[GROUP][COLUMNS]) {
    for (int32_t i = 0; i < steps; i++, a += a_step, b += b_step) {
        Lanes w[COLUMNS];
        UNROLLED for (int v = 0; v < V; v++) w[v] = load(b + v * LANES);
        UNROLLED for (int r = 0; r < R; r++) {
            Lanes x = splat(a[(size_t)r * a_row]);
            UNROLLED for (int v = 0; v < V; v++) acc[r][v] += x * w[v];
        }
    }
}

INLINE void group_scores(int32_t padded, const float *queries, const float *keys, float scores[GROUP][PAGE_TOKENS]) {
    for (int32_t first = 0; first < PAGE_TOKENS; first += COLUMNS * LANES) {
        Lanes acc[GROUP][COLUMNS];
        UNROLLED for (int r = 0; r < GROUP; r++)
            UNROLLED for (int v = 0; v < COLUMNS; v++) acc[r][v] = splat(0);
        product(GROUP, COLUMNS, padded, queries, 1, GROUP, keys + first, PAGE_TOKENS, acc);
        UNROLLED for (int r = 0; r < GROUP; r++)
            UNROLLED for (int v = 0; v < COLUMNS; v++) store(scores[r] + first + v * LANES, acc[r][v]);
    }
}

INLINE void add_values(const int V, int32_t padded, int32_t first, float probabilities[GROUP][PAGE_TOKENS], const float *values,
                       float *out) {
    Lanes acc[GROUP][COLUMNS];
    UNROLLED for (int r = 0; r < GROUP; r++)
        UNROLLED for (int v = 0; v < V; v++) acc[r][v] = load(out + (size_t)r * (size_t)padded + first + v * LANES);
    product(GROUP, V, PAGE_TOKENS, probabilities[0], PAGE_TOKENS, 1, values + first, (size_t)padded, acc);
    UNROLLED for (int r = 0; r < GROUP; r++)
        UNROLLED for (int v = 0; v < V; v++) store(out + (size_t)r * (size_t)padded + first + v * LANES, acc[r][v]);
}

/// Which of LANES slots from `slot` on are in the mask: all bits of a lane, or none.
INLINE Ints visible(uint64_t mask, int32_t slot) {
    Words bit;
    UNROLLED for (int i = 0; i < LANES; i++) bit[i] = (uint32_t)1 << i;
    return ((Words)(uint32_t)(mask >> slot) & bit) != 0;
}

/// Whether anything happens to scores besides the dot product.
INLINE bool is_shaped(const AttentionBlock *block) { return block->soft_cap > 0 || block->slopes || block->biases; }

/// What a head of the group adds at these distances.
static Lanes bias_at(const AttentionBlock *block, int32_t row, Lanes distance) {
    const float *own = block->biases + (size_t)(row % block->group) * (size_t)block->bias_count;
    const float last = (float)(block->bias_count - 1);
    Lanes place = larger(splat(0), distance), bias;
    place = -larger(splat(-last), -place);
    const Ints index = __builtin_convertvector(place + splat(0.5f), Ints);
    for (int i = 0; i < LANES; i++) bias[i] = own[index[i]];
    return bias;
}

/// Soft cap and distance bias of one row's scores.
static void shape_scores(const AttentionBlock *block, const PageView *view, int32_t row, Lanes s[ROW_VECTORS]) {
    if (block->soft_cap > 0) {
        const float steepness = 2 * 1.44269504f / block->soft_cap;
        for (int v = 0; v < ROW_VECTORS; v++) {                 // tanh x = 1 - 2 / (1 + e^2x)
            Lanes x = larger(splat(-60.0f), -larger(splat(-60.0f), -s[v] * steepness));
            s[v] = block->soft_cap * (1 - 2 / (1 + power_of_two(x)));
        }
    }
    if (block->slopes) {
        for (int v = 0; v < ROW_VECTORS; v++) {
            Lanes distance = splat(view->distances[row]) - load(view->slot_offsets + v * LANES);
            s[v] -= splat(block->slopes[row]) * larger(distance, -distance);
        }
    }
    if (block->biases) {
        for (int v = 0; v < ROW_VECTORS; v++)
            s[v] += bias_at(block, row, splat(view->distances[row]) - load(view->slot_offsets + v * LANES));
    }
}

static void raise_reference(const AttentionBlock *block, int32_t row, float largest) {
    const size_t dim = (size_t)padded_dimension(block->shape->value_dim);
    float *out = block->out + (size_t)row * dim, *sum = block->sum + (size_t)row * SUM_LANES, *reference = block->reference + row;
    const float factor = *reference == -INFINITY ? 0 : exp2f(*reference - largest);
    for (size_t i = 0; i < dim; i += LANES) store(out + i, load(out + i) * factor);
    for (size_t i = 0; i < SUM_LANES; i += LANES) store(sum + i, load(sum + i) * factor);
    *reference = largest;
}

/// Scores of one row to probabilities, in place, and their sum to the state.
INLINE void row_softmax(const AttentionBlock *block, const PageView *view, int32_t row, uint64_t mask, float *scores) {
    Lanes s[ROW_VECTORS];
    UNROLLED for (int v = 0; v < ROW_VECTORS; v++) s[v] = load(scores + v * LANES);
    if (is_shaped(block)) shape_scores(block, view, row, s);
    const bool partial = mask != UINT64_MAX;
    if (partial) UNROLLED for (int v = 0; v < ROW_VECTORS; v++) s[v] = chosen(visible(mask, v * LANES), s[v], splat(-INFINITY));
    Lanes largest = s[0];
    UNROLLED for (int v = 1; v < ROW_VECTORS; v++) largest = larger(s[v], largest);
    if (__builtin_reduce_or(largest > splat(block->reference[row] + HEADROOM))) raise_reference(block, row, __builtin_reduce_max(largest));
    const Lanes base = splat(block->reference[row] == -INFINITY ? 0 : block->reference[row]);
    UNROLLED for (int v = 0; v < ROW_VECTORS; v++) s[v] = power_of_two(s[v] - base);
    if (partial) UNROLLED for (int v = 0; v < ROW_VECTORS; v++) s[v] = (Lanes)((Ints)s[v] & visible(mask, v * LANES));
    Lanes total[SUM_LANES / LANES];
    UNROLLED for (int i = 0; i < SUM_LANES / LANES; i++) total[i] = load(block->sum + (size_t)row * SUM_LANES + i * LANES);
    UNROLLED for (int v = 0; v < ROW_VECTORS; v++) total[v % (SUM_LANES / LANES)] += s[v];
    UNROLLED for (int i = 0; i < SUM_LANES / LANES; i++) store(block->sum + (size_t)row * SUM_LANES + i * LANES, total[i]);
    UNROLLED for (int v = 0; v < ROW_VECTORS; v++) store(scores + v * LANES, s[v]);
}

// ---------------------------------------------------------------- one page

/// What row r sees of a page; padding rows see nothing.
INLINE uint64_t mask_of(const AttentionBlock *block, const PageView *view, int32_t row) {
    return row >= block->rows ? 0 : view->masks ? view->masks[row] : UINT64_MAX;
}

/// Masks of a group; whether any row sees anything.
INLINE bool group_masks(const AttentionBlock *block, const PageView *view, int32_t first, uint64_t masks[GROUP]) {
    uint64_t any = 0;
    UNROLLED for (int r = 0; r < GROUP; r++) any |= masks[r] = mask_of(block, view, first + r);
    return any != 0;
}

static void group_page(const AttentionBlock *block, const PageView *view, int32_t first, const uint64_t masks[GROUP], const float *keys,
                       const float *values) {
    _Alignas(64) float scores[GROUP][PAGE_TOKENS];
    const int32_t key_dim = padded_dimension(block->shape->key_dim), value_dim = padded_dimension(block->shape->value_dim);
    group_scores(key_dim, (const float *)block->queries + (size_t)first * (size_t)key_dim, keys, scores);
    for (int r = 0; r < GROUP; r++) {
        if (masks[r]) row_softmax(block, view, first + r, masks[r], scores[r]);
        else memset(scores[r], 0, sizeof scores[r]);
    }
    float *out = block->out + (size_t)first * (size_t)value_dim;
    int32_t column = 0;
    for (; column + COLUMNS * LANES <= value_dim; column += COLUMNS * LANES) add_values(COLUMNS, value_dim, column, scores, values, out);
    for (; column < value_dim; column += LANES) add_values(1, value_dim, column, scores, values, out);
}

static size_t room_bytes(const PageShape *shape) {
    return (size_t)(padded_dimension(shape->key_dim) + padded_dimension(shape->value_dim)) * PAGE_TOKENS * 4;
}

static size_t query_bytes(const PageShape *shape, int32_t rows) {
    return (size_t)(rows + GROUP - 1) / GROUP * GROUP * (size_t)padded_dimension(shape->key_dim) * 4;
}

static void attend_page(const AttentionBlock *block, const PageView *view) {
    float *keys = block->room, *values = keys + (size_t)padded_dimension(block->shape->key_dim) * PAGE_TOKENS;
    load_keys(block->shape, view, keys);
    load_values(block->shape, view, values);
    uint64_t broken = view->masks ? clear_broken_values(padded_dimension(block->shape->value_dim), values) : 0;
    for (int32_t first = 0; first < block->rows; first += GROUP) {
        uint64_t masks[GROUP];
        if (group_masks(block, view, first, masks)) group_page(block, view, first, masks, keys, values);
    }
    if (broken) spoil_rows(block, view, broken);
}

/// Rows to groups [d][6], turned.
static void place_rows(const AttentionBlock *block, const float *angles, size_t stride) {
    const int32_t dim = padded_dimension(block->shape->key_dim), pairs = block->shape->rotary_pairs;
    memset(block->queries, 0, query_bytes(block->shape, block->rows));
    for (int32_t r = 0; r < block->rows; r++) {
        const float *from = block->paired + (size_t)r * (size_t)dim;
        const float *turn = angles ? angles + (size_t)(r / block->group) * stride : NULL;
        float *to = (float *)block->queries + (size_t)(r / GROUP) * GROUP * (size_t)dim + r % GROUP;
        for (int32_t i = 0; i < dim / 2; i++) {
            float x = from[2 * i], y = from[2 * i + 1];
            float c = turn && i < pairs ? turn[i] : 1, s = turn && i < pairs ? turn[pairs + i] : 0;
            to[2 * i * GROUP] = x * c - y * s;
            to[(2 * i + 1) * GROUP] = x * s + y * c;
        }
    }
}

static void attend_single(const AttentionBlock *block, const PageView *view, const float *angles) {
    PageView still = *view;
    still.rotation = NULL;
    place_rows(block, angles, 0);
    attend_page(block, &still);
}

/// Adds the masses of some rows to those of their heads.
static void add_masses(const AttentionBlock *block, const PageView *view, int32_t first, int32_t count,
                       const float scores[][PAGE_TOKENS], const float *log_sum, float *masses) {
    for (int32_t row = first; row < first + count && row < block->rows; row++) {
        const uint64_t mask = mask_of(block, view, row);
        if (!mask || log_sum[row] == -INFINITY) continue;
        Lanes s[ROW_VECTORS];
        float *to = masses + (size_t)(row % block->group) * PAGE_TOKENS;
        for (int v = 0; v < ROW_VECTORS; v++) s[v] = load(scores[row - first] + v * LANES);
        shape_scores(block, view, row, s);
        for (int v = 0; v < ROW_VECTORS; v++) {
            Lanes mass = power_of_two(s[v] - splat(log_sum[row]));
            store(to + v * LANES, load(to + v * LANES) + (Lanes)((Ints)mass & visible(mask, v * LANES)));
        }
    }
}

static void page_mass(const AttentionBlock *block, const PageView *view, const float *log_sum, float *masses) {
    float *keys = block->room;
    const int32_t dim = padded_dimension(block->shape->key_dim);
    load_keys(block->shape, view, keys);
    for (int32_t first = 0; first < block->rows; first += GROUP) {
        uint64_t row_masks[GROUP];
        _Alignas(64) float scores[GROUP][PAGE_TOKENS];
        if (!group_masks(block, view, first, row_masks)) continue;
        group_scores(dim, (const float *)block->queries + (size_t)first * (size_t)dim, keys, scores);
        add_masses(block, view, first, GROUP, scores, log_sum, masses);
    }
}
