// What the elementwise bodies share; included by each of them, once per family, after NAMED and LOCAL are defined.

/// Before a loop whose rounds touch one place each. The compiler cannot know it where results replace inputs, and would go one by one.
#define EACH_ALONE _Pragma("clang loop vectorize(assume_safety)")

/// e^x with a relative error below 3e-7; exactly 0 below -87.3, e^88 above 88.
LOCAL float NAMED(exponential)(float x) {
    float bounded = x > 88.0f ? 88.0f : x;
    bounded = bounded < -87.3f ? -87.3f : bounded;
    float steps = bounded * 1.44269504f;
    float shifted = steps + 12582912.0f;        // 1.5 * 2^23: adding it rounds to an integer
    float whole = shifted - 12582912.0f;
    float rest = bounded - whole * 0.693359375f;
    rest = rest - whole * -2.12194440e-4f;      // ln 2 in two parts, the first exact in few bits
    float y = 1.0f / 5040;
    y = y * rest + 1.0f / 720;
    y = y * rest + 1.0f / 120;
    y = y * rest + 1.0f / 24;
    y = y * rest + 1.0f / 6;
    y = y * rest + 0.5f;
    y = y * rest + 1.0f;
    y = y * rest + 1.0f;
    float power = float_of_word(word_of_float(y) + (word_of_float(shifted) << 23));
    return x < -87.3f ? 0 : power;
}

LOCAL float NAMED(total)(const float lanes[ELEMENTWISE_LANES]) {
    float sums[ELEMENTWISE_LANES];
    memcpy(sums, lanes, sizeof sums);
    for (int width = ELEMENTWISE_LANES / 2; width > 0; width /= 2)
        for (int i = 0; i < width; i++) sums[i] += sums[i + width];
    return sums[0];
}

/// The largest of the values, or minus infinity.
LOCAL float NAMED(maximum)(const float *x, ptrdiff_t count) {
    float lanes[ELEMENTWISE_LANES];
    for (int l = 0; l < ELEMENTWISE_LANES; l++) lanes[l] = -INFINITY;
    ptrdiff_t i = 0;
    for (; i + ELEMENTWISE_LANES <= count; i += ELEMENTWISE_LANES)
        for (int l = 0; l < ELEMENTWISE_LANES; l++) lanes[l] = x[i + l] > lanes[l] ? x[i + l] : lanes[l];
    for (; i < count; i++) lanes[0] = x[i] > lanes[0] ? x[i] : lanes[0];
    for (int l = 1; l < ELEMENTWISE_LANES; l++) lanes[0] = lanes[l] > lanes[0] ? lanes[l] : lanes[0];
    return lanes[0];
}
