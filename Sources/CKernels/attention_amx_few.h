// The rows of a single token over a run of pages, by tiles (include in attention_amx.c): not the pages are turned but the rows.
//
// The products of a page are issued before the exponentials of the page before it, and a page is asked for while the one before it
// is read.

/// Turns at most sixteen rows by the same angles and sets their starts.
static void place_few(const AttentionBlock *block, const PageView *view, const float *angles, uint8_t *shorts, float *starts) {
    const float *centre = key_centre(view->keys);
    const int32_t dim = padded_dimension(block->shape->key_dim), pairs = angles ? block->shape->rotary_pairs : 0;
    for (int32_t r = 0; r < block->rows; r++) {
        __m512 start = _mm512_setzero_ps();
        for (int32_t place = 0; place < dim; place += LANES) {
            const __m512 x = turned(block->paired + (size_t)r * (size_t)dim, angles, pairs, place);
            start = _mm512_fmadd_ps(x, _mm512_loadu_ps(centre + place), start);
            store_short_row(shorts, r, place, x);
        }
        starts[r] = _mm512_reduce_add_ps(start);
    }
}

/// Scores of the rows over page `turn` of two.
static void score_few(const AttentionBlock *block, const PageView *view, const float *angles, int32_t turn,
                      float scores[TILE][PAGE_TOKENS]) {
    const int32_t dim = padded_dimension(block->shape->key_dim);
    uint8_t *shorts = query_tile(block, turn * TILE);
    if (view->next_keys) fetch(view->next_keys, (size_t)dim * 4);
    place_few(block, view, angles, shorts, starts_of_tile(block, turn * TILE));
    tile_scores(shorts, (const uint32_t *)key_elements(view->keys, dim), dim, bytes_ahead(view->keys, view->next_keys), scores);
}

static void finish_few(const AttentionBlock *block, const PageView *view, int32_t turn, float scores[TILE][PAGE_TOKENS]) {
    _Alignas(64) uint8_t probabilities[2][TILE][64];
    tile_softmax(block, view, 0, block->rows, starts_of_tile(block, turn * TILE), scores, probabilities);
    add_tile_values(padded_dimension(block->shape->value_dim), probabilities, view->values, bytes_ahead(view->values, view->next_values),
                    block->out);
}

/// Pages in bf16 of which all is seen.
static void short_tile_run(const AttentionBlock *block, const PageView *views, int32_t count, const float *angles, size_t stride) {
    _Alignas(64) float scores[2][TILE][PAGE_TOKENS];
    shape_registers(block->rows);
    for (int32_t i = 0; i <= count; i++) {
        if (i < count) score_few(block, views + i, angles ? angles + (size_t)i * stride : NULL, i & 1, scores[i & 1]);
        if (i > 0) finish_few(block, views + i - 1, (i - 1) & 1, scores[(i - 1) & 1]);
    }
    _tile_release();
}

/// A page of which something is hidden or whose keys turn one by one.
static void tile_single(const AttentionBlock *block, const PageView *view, const float *angles) {
    PageView still = *view;
    still.rotation = NULL;
    place_tiles(block, angles, 0);
    short_tile_page(block, &still);
}

static void attend_few_tiles(const AttentionBlock *block, const PageView *views, int32_t count, const float *angles, size_t stride) {
    const CacheElement keys = block->shape->key_type, values = block->shape->value_type;
    const bool whole = !views->masks && !views->slot_rotation;
    if (keeps_f32(block)) attend_few(block, views, count, angles, stride);
    else if (whole && keys == CACHE_BF16 && values == CACHE_BF16 && block->rows <= TILE) short_tile_run(block, views, count, angles, stride);
    else if (whole && keys == CACHE_Q8 && values == CACHE_Q8 && block->rows <= MOST_ROWS) byte_tile_run(block, views, count, angles, stride);
    else if (!whole) tile_single(block, views, angles);
    else attend_few_bytes(block, views, count, angles, stride);
}
