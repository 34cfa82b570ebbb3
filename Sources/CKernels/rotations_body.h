// One body of the rotations, included once per family by vector_families.h.

/// Turns `count` pairs of which one half begins at x and the other at y, `step` floats apart. All are read before any is written.
LOCAL void NAMED(turn)(ptrdiff_t count, ptrdiff_t step, const float *cosines, const float *sines, float sense, const float *x,
                       const float *y, float *x_out, float *y_out) {
    float a[PAIRS_AT_ONCE], b[PAIRS_AT_ONCE];
    for (ptrdiff_t i = 0; i < count; i++) {
        const float cosine = cosines[i], sine = sense * sines[i];
        a[i] = x[i * step] * cosine - y[i * step] * sine;
        b[i] = x[i * step] * sine + y[i * step] * cosine;
    }
    for (ptrdiff_t i = 0; i < count; i++) {
        x_out[i * step] = a[i];
        y_out[i * step] = b[i];
    }
}

LOCAL void NAMED(turn_head)(bool halves, ptrdiff_t pairs, const float *angles, float sense, const float *x, float *out) {
    const ptrdiff_t step = halves ? 1 : 2, second = halves ? pairs : 1;
    ptrdiff_t i = 0;
    for (; i + PAIRS_AT_ONCE <= pairs; i += PAIRS_AT_ONCE)
        NAMED(turn)(PAIRS_AT_ONCE, step, angles + i, angles + pairs + i, sense, x + i * step, x + i * step + second,
                    out + i * step, out + i * step + second);
    if (i < pairs)
        NAMED(turn)(pairs - i, step, angles + i, angles + pairs + i, sense, x + i * step, x + i * step + second,
                    out + i * step, out + i * step + second);
}

TARGET static void NAMED(rotate)(const RotationShape *shape, const float *angles, float sense, const float *x, ptrdiff_t heads, float *out) {
    const ptrdiff_t turned = 2 * shape->pairs, rest = shape->head_dim - turned;
    for (ptrdiff_t head = 0; head < heads; head++, x += shape->head_dim, out += shape->head_dim) {
        if (shape->halves) NAMED(turn_head)(true, shape->pairs, angles, sense, x, out);
        else NAMED(turn_head)(false, shape->pairs, angles, sense, x, out);
        if (out != x) memcpy(out + turned, x + turned, (size_t)rest * sizeof *x);
    }
}

static const RotationKernels FAMILY = {NAMED(rotate)};
