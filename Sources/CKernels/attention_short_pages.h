// Cache pages in bf16, for products that take nothing else (include after attention_tile.h and avx512.h).
//
// Pages that are kept in bf16 and need not turn are used where they lie; all others are brought to bf16 once for all rows of a
// block, in the order in which bf16 pages lie: keys [d/2][64][2] less the centre, values [32][d][2].

typedef struct {
    const uint32_t *keys, *values;
    const float *centre;             // [d], turned like the keys
    uint64_t broken;                 // slots whose values are not all finite and were cleared, as rows may not see them
} ShortPage;

/// The room that a short page needs is smaller than that of a page in f32, but for the centre.
static size_t short_room_bytes(const PageShape *shape) { return room_bytes(shape) + (size_t)padded_dimension(shape->key_dim) * 4; }

/// Two vectors as sixteen pairs of bf16.
INLINE __m512i short_pairs(Lanes x, Lanes y) {
    const __m512i interleaved = _mm512_set_epi16(31, 15, 30, 14, 29, 13, 28, 12, 27, 11, 26, 10, 25, 9, 24, 8,
                                                 23, 7, 22, 6, 21, 5, 20, 4, 19, 3, 18, 2, 17, 1, 16, 0);
    return _mm512_permutexvar_epi16(interleaved, pack_bf16((__m512)x, (__m512)y));
}

/// The centre as the keys are turned; where every slot turns differently, the keys get it back before and it is zero here.
static void turn_centre(const PageShape *shape, const PageView *view, float *centre) {
    const int32_t dim = padded_dimension(shape->key_dim);
    memcpy(centre, key_centre(view->keys), (size_t)dim * 4);
    if (view->slot_rotation) memset(centre, 0, (size_t)dim * 4);
    if (view->slot_rotation || !view->rotation) return;
    for (int32_t i = 0; i < shape->rotary_pairs; i++) {
        float x = centre[2 * i], y = centre[2 * i + 1], c = view->rotation[i], s = view->rotation[shape->rotary_pairs + i];
        centre[2 * i] = x * c - y * s;
        centre[2 * i + 1] = x * s + y * c;
    }
}

INLINE void load_short_keys_of(CacheElement type, const PageShape *shape, const PageView *view, const float *scales, uint32_t *keys) {
    const int32_t padded = padded_dimension(shape->key_dim);
    const uint8_t *elements = key_elements(view->keys, padded);
    const float *centre = view->slot_rotation ? key_centre(view->keys) : NULL;
    const bool rotates = view->rotation || view->slot_rotation;
    for (int32_t pair = 0; pair < padded / 2; pair++, keys += PAGE_TOKENS) {
        for (int32_t slot = 0; slot < PAGE_TOKENS; slot += LANES) {
            Lanes x, y;
            key_pair(type, elements, scales, pair, slot, &x, &y);
            if (centre) {
                x += splat(centre[2 * pair]);
                y += splat(centre[2 * pair + 1]);
            }
            if (rotates && pair < shape->rotary_pairs) turn(view, shape->rotary_pairs, pair, slot, &x, &y);
            _mm512_storeu_si512(keys + slot, short_pairs(x, y));
        }
    }
}

static void load_short_keys(const PageShape *shape, const PageView *view, uint32_t *keys) {
    float scales[PAGE_TOKENS];
    const int32_t padded = padded_dimension(shape->key_dim);
    switch (shape->key_type) {
        case CACHE_BF16: load_short_keys_of(CACHE_BF16, shape, view, NULL, keys); break;
        case CACHE_F16: load_short_keys_of(CACHE_F16, shape, view, NULL, keys); break;
        default:
            read_scales(key_elements(view->keys, padded), CACHE_Q8, padded, scales);
            load_short_keys_of(CACHE_Q8, shape, view, scales, keys);
    }
}

/// Quads of bytes, four tokens a row (q8) or eight (q4: `tokens` 8), to pairs of tokens.
INLINE void load_short_quads(int32_t tokens, int32_t padded, const uint32_t *from, const float *scales, uint32_t *values) {
    for (int32_t t = 0; t < PAGE_TOKENS; t += tokens, from += padded, values += (size_t)(tokens / 2) * (size_t)padded) {
        for (int32_t e = 0; e < padded; e += LANES) {
            const Words quads = *(const WordsAnywhere *)(from + e);
            UNROLLED for (int32_t k = 0; k < tokens; k += 2)
                _mm512_storeu_si512(values + (size_t)(k / 2) * (size_t)padded + e,
                                    short_pairs(quad_value(tokens, k, quads) * splat(scales[t + k]),
                                                quad_value(tokens, k + 1, quads) * splat(scales[t + k + 1])));
        }
    }
}

static void load_short_values(const PageShape *shape, const PageView *view, uint32_t *values) {
    const int32_t padded = padded_dimension(shape->value_dim);
    const size_t words = (size_t)padded * PAGE_TOKENS / 2;
    float scales[PAGE_TOKENS];
    switch (shape->value_type) {
        case CACHE_BF16: memcpy(values, view->values, words * 4); break;
        case CACHE_F16:
            for (size_t i = 0; i < words; i += LANES)
                _mm512_storeu_si512(values + i, bf16_from_f16(_mm512_loadu_si512((const uint32_t *)view->values + i)));
            break;
        default:
            read_scales(view->values, shape->value_type, padded, scales);
            if (shape->value_type == CACHE_Q8) load_short_quads(4, padded, view->values, scales, values);
            else load_short_quads(8, padded, view->values, scales, values);
    }
}

/// The slots whose values are not all finite.
static uint64_t broken_slots(int32_t padded, const uint32_t *values) {
    const __m512i exponent = _mm512_set1_epi16(0x7f80);
    uint64_t broken = 0;
    for (int32_t t = 0; t < PAGE_TOKENS / 2; t++, values += padded) {
        __mmask32 bad = 0;
        for (int32_t e = 0; e < padded; e += LANES)
            bad |= _mm512_cmpeq_epi16_mask(_mm512_and_si512(_mm512_loadu_si512(values + e), exponent), exponent);
        if (bad & 0x55555555) broken |= (uint64_t)1 << 2 * t;
        if (bad & 0xaaaaaaaa) broken |= (uint64_t)2 << 2 * t;
    }
    return broken;
}

/// Makes the values of some slots zero, so that a probability of 0 hides them.
static void clear_slots(int32_t padded, uint64_t slots, uint32_t *values) {
    for (int32_t t = 0; t < PAGE_TOKENS / 2; t++, values += padded) {
        const uint32_t kept = (slots >> 2 * t & 1 ? 0 : 0xffff) | (slots >> 2 * t & 2 ? 0 : 0xffff0000);
        for (int32_t e = 0; e < padded; e++) values[e] &= kept;
    }
}

static ShortPage load_short_page(const AttentionBlock *block, const PageView *view) {
    const PageShape *shape = block->shape;
    const int32_t key_dim = padded_dimension(shape->key_dim), value_dim = padded_dimension(shape->value_dim);
    uint32_t *keys = block->room, *values = keys + (size_t)key_dim * PAGE_TOKENS / 2;
    float *centre = (float *)((uint8_t *)block->room + room_bytes(shape));
    ShortPage page = {keys, values, centre, 0};
    turn_centre(shape, view, centre);
    if (shape->key_type != CACHE_BF16 || view->rotation || view->slot_rotation) load_short_keys(shape, view, keys);
    else page.keys = (const uint32_t *)key_elements(view->keys, key_dim);
    if (shape->value_type != CACHE_BF16) load_short_values(shape, view, values);
    else page.values = view->values;
    if (view->masks) page.broken = broken_slots(value_dim, page.values);
    if (page.broken && page.values != values) memcpy(values, page.values, (size_t)value_dim * PAGE_TOKENS * 2);
    if (page.broken) clear_slots(value_dim, page.broken, values);
    if (page.broken) page.values = values;
    return page;
}

/// Keys and values in f32 keep their precision.
static bool keeps_f32(const AttentionBlock *block) { return block->shape->key_type == CACHE_F32 || block->shape->value_type == CACHE_F32; }
