// One body of the panel kernels, included once per family by vector_families.h. A panel's row is one vector of sixteen, which each
// family takes in as many registers as it needs.

LOCAL Sixteen NAMED(load)(const float *p) { return *(const StoredSixteen *)p; }
LOCAL SixteenBits NAMED(load_bits)(const void *p) { return *(const StoredSixteenBits *)p; }
LOCAL void NAMED(store)(float *p, Sixteen x) { *(StoredSixteen *)p = x; }

/// Halves of 16 bits in the low half of each word, as page_from_f16 reads them.
LOCAL Sixteen NAMED(from_f16)(SixteenBits halves) {
    const SixteenBits sign = (halves & 0x8000) << 16, rest = (halves & 0x7fff) << 13;
    const SixteenBits special = (SixteenBits)(rest >= 0x0f800000), finite = (SixteenBits)((Sixteen)rest * 0x1p112f);
    return (Sixteen)(sign | (special & (0x7f800000 | (rest & 0x7fffff))) | (~special & finite));
}

// ---------------------------------------------------------------- keys of a page

LOCAL void NAMED(short_keys)(const bool is_bf16, int32_t padded, const uint32_t *words, const float *centre, float *panel) {
    for (int32_t e = 0; e < padded; e += 2, words += PAGE_TOKENS, panel += 2 * PANEL_WIDTH) {
        const SixteenBits both = NAMED(load_bits)(words);
        const Sixteen x = is_bf16 ? (Sixteen)(both << 16) : NAMED(from_f16)(both & 0xffff);
        const Sixteen y = is_bf16 ? (Sixteen)(both & 0xffff0000) : NAMED(from_f16)(both >> 16);
        NAMED(store)(panel, x + centre[e]);
        NAMED(store)(panel + PANEL_WIDTH, y + centre[e + 1]);
    }
}

LOCAL void NAMED(byte_keys)(int32_t padded, const uint32_t *quads, const uint16_t *scales, const float *centre, float *panel) {
    Sixteen scale;
    for (int i = 0; i < PANEL_WIDTH; i++) scale[i] = page_from_bf16(scales[i]);
    for (int32_t e = 0; e < padded; e += 4, quads += PAGE_TOKENS) {
        const SixteenBits four = NAMED(load_bits)(quads);
        EACH_ROW for (int32_t k = 0; k < 4; k++, panel += PANEL_WIDTH) {
            const Sixteen q = __builtin_convertvector(four >> (uint32_t)(8 * k) & 255, Sixteen) - 128.0f;
            NAMED(store)(panel, q * scale + centre[e + k]);
        }
    }
}

TARGET static void NAMED(keys)(const PageShape *shape, const void *block, int32_t slot, float *panel) {
    const int32_t padded = padded_dimension(shape->key_dim);
    const uint8_t *elements = key_elements(block, padded);
    const float *centre = key_centre(block);
    const uint32_t *words = (const uint32_t *)elements + slot;
    switch (shape->key_type) {
        case CACHE_F32:
            for (int32_t e = 0; e < padded; e++)
                NAMED(store)(panel + e * PANEL_WIDTH, NAMED(load)((const float *)elements + e * PAGE_TOKENS + slot) + centre[e]);
            break;
        case CACHE_BF16: NAMED(short_keys)(true, padded, words, centre, panel); break;
        case CACHE_F16: NAMED(short_keys)(false, padded, words, centre, panel); break;
        default: NAMED(byte_keys)(padded, words, scales_after(elements, shape->key_type, padded) + slot, centre, panel);
    }
}

TARGET static void NAMED(bounds)(int32_t dimensions, const float *panel, int32_t lane, float *bounds) {
    for (int32_t e = 0; e < dimensions; e++) {
        const Sixteen x = NAMED(load)(panel + e * PANEL_WIDTH);
        bounds[e * PANEL_WIDTH + lane] = __builtin_reduce_max(x);
        bounds[(dimensions + e) * PANEL_WIDTH + lane] = __builtin_reduce_min(x);
    }
}

// ---------------------------------------------------------------- products

/// Dot products of `rows` vectors, a constant, with those of a panel.
LOCAL void NAMED(products)(const int rows, int32_t dimensions, const float *vectors, const float *panel, Sixteen sums[ROWS_AT_ONCE]) {
    Sixteen own[ROWS_AT_ONCE];
    EACH_ROW for (int r = 0; r < rows; r++) own[r] = (Sixteen){0};
    for (int32_t e = 0; e < dimensions; e++) {
        const Sixteen x = NAMED(load)(panel + e * PANEL_WIDTH);
        EACH_ROW for (int r = 0; r < rows; r++) own[r] += vectors[r * dimensions + e] * x;
    }
    EACH_ROW for (int r = 0; r < rows; r++) sums[r] = own[r];
}

LOCAL void NAMED(some_products)(int rows, int32_t dimensions, const float *vectors, const float *panel, Sixteen sums[ROWS_AT_ONCE]) {
    switch (rows) {
        case 1: NAMED(products)(1, dimensions, vectors, panel, sums); break;
        case 2: NAMED(products)(2, dimensions, vectors, panel, sums); break;
        case 3: NAMED(products)(3, dimensions, vectors, panel, sums); break;
        case 4: NAMED(products)(4, dimensions, vectors, panel, sums); break;
        case 5: NAMED(products)(5, dimensions, vectors, panel, sums); break;
        case 6: NAMED(products)(6, dimensions, vectors, panel, sums); break;
        case 7: NAMED(products)(7, dimensions, vectors, panel, sums); break;
        default: NAMED(products)(ROWS_AT_ONCE, dimensions, vectors, panel, sums);
    }
}

/// How many of the rows left to take at once, so that no few remain.
LOCAL int NAMED(share)(int32_t left) {
    const int32_t times = (left + ROWS_AT_ONCE - 1) / ROWS_AT_ONCE;
    return (int)((left + times - 1) / times);
}

TARGET static void NAMED(scores)(int32_t dimensions, int32_t rows, const float *vectors, const float *panel, float *scores, size_t stride) {
    Sixteen sums[ROWS_AT_ONCE];
    for (int32_t first = 0, count; first < rows; first += count) {
        count = NAMED(share)(rows - first);
        NAMED(some_products)(count, dimensions, vectors + (size_t)first * (size_t)dimensions, panel, sums);
        for (int32_t r = 0; r < count; r++) NAMED(store)(scores + (size_t)(first + r) * stride, sums[r]);
    }
}

TARGET static void NAMED(largest)(int32_t dimensions, int32_t rows, const float *vectors, const float *panel, float *largest) {
    Sixteen most = NAMED(load)(largest), sums[ROWS_AT_ONCE];
    for (int32_t first = 0, count; first < rows; first += count) {
        count = NAMED(share)(rows - first);
        NAMED(some_products)(count, dimensions, vectors + (size_t)first * (size_t)dimensions, panel, sums);
        for (int32_t r = 0; r < count; r++) most = __builtin_elementwise_max(most, sums[r]);
    }
    NAMED(store)(largest, most);
}

LOCAL int32_t NAMED(first_largest)(Sixteen scores, SixteenPlaces places) {
    float most = -INFINITY;
    int32_t nearest = 0;
    for (int32_t lane = 0; lane < PANEL_WIDTH; lane++) {
        if (scores[lane] < most || (scores[lane] == most && places[lane] >= nearest) || scores[lane] != scores[lane]) continue;
        most = scores[lane];
        nearest = places[lane];
    }
    return most == -INFINITY ? 0 : nearest;
}

TARGET static void NAMED(nearest)(int32_t dimensions, int32_t rows, const float *vectors, int32_t panels, const float *panel, int32_t *nearest) {
    const SixteenPlaces lanes = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    for (int32_t first = 0, count; first < rows; first += count) {
        count = NAMED(share)(rows - first);
        Sixteen most[ROWS_AT_ONCE], sums[ROWS_AT_ONCE];
        SixteenPlaces places[ROWS_AT_ONCE];
        for (int32_t r = 0; r < count; r++) most[r] = (Sixteen){0} - INFINITY;
        for (int32_t r = 0; r < count; r++) places[r] = lanes;
        for (int32_t p = 0; p < panels; p++) {
            const float *own = panel + (size_t)p * (size_t)dimensions * PANEL_WIDTH;
            NAMED(some_products)(count, dimensions, vectors + (size_t)first * (size_t)dimensions, own, sums);
            for (int32_t r = 0; r < count; r++) {
                const SixteenPlaces better = sums[r] > most[r];
                places[r] = (better & (lanes + p * PANEL_WIDTH)) | (~better & places[r]);
                most[r] = (Sixteen)((better & (SixteenPlaces)sums[r]) | (~better & (SixteenPlaces)most[r]));
            }
        }
        for (int32_t r = 0; r < count; r++) nearest[first + r] = NAMED(first_largest)(most[r], places[r]);
    }
}

TARGET static void NAMED(gather)(int32_t dimensions, int32_t rows, const float *vectors, const int32_t *labels, float *sums) {
    for (int32_t r = 0; r < rows; r++, vectors += dimensions) {
        float *sum = sums + (size_t)labels[r] * (size_t)dimensions;
        for (int32_t e = 0; e < dimensions; e++) sum[e] += vectors[e];
    }
}

static const PanelKernels FAMILY = {NAMED(keys), NAMED(bounds), NAMED(scores), NAMED(largest), NAMED(nearest), NAMED(gather)};
