// The transposes of one family, for vectors of any width: squares of LANES x LANES numbers are turned in registers. Down a column of
// squares runs the inner loop, so that what is written lies together.

typedef uint32_t Bits __attribute__((vector_size(4 * LANES)));
typedef uint16_t ShortBits __attribute__((vector_size(2 * LANES)));

/// The nearest bf16, ties to even; what is not a number stays so.
KERNEL_INLINE ShortBits shortened(Floats x) {
    const Bits word = (Bits)x, high = word >> 16, rounded = (word + 0x7fff + (high & 1)) >> 16;
    const Bits broken = (Bits)((word & 0x7fffffff) > 0x7f800000);
    return __builtin_convertvector(((high | 0x40) & broken) | (rounded & ~broken), ShortBits);
}
KERNEL_INLINE void store_halves(uint16_t *p, ShortBits x) { *(StoredHalves *)p = x; }

KERNEL_INLINE void load_square(const float *x, ptrdiff_t columns, Words square[LANES]) {
    UNROLL for (int i = 0; i < LANES; i++) square[i] = load_words(x + i * columns);
    transpose(square);
}

/// Turns x [rows][columns] into out [columns][stride] of float, or of bf16 where it `shortens`, which must be constant.
KERNEL_INLINE void transpose_numbers(bool shortens, const float *x, ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t stride, void *out) {
    float *floats = out;
    uint16_t *halves = out;
    const ptrdiff_t whole_rows = rows / LANES * LANES, whole_columns = columns / LANES * LANES;
    for (ptrdiff_t c = 0; c < whole_columns; c += LANES) {
        for (ptrdiff_t r = 0; r < whole_rows; r += LANES) {
            Words square[LANES];
            load_square(x + r * columns + c, columns, square);
            UNROLL for (int i = 0; i < LANES; i++) {
                const ptrdiff_t place = (c + i) * stride + r;
                if (shortens) store_halves(halves + place, shortened((Floats)square[i]));
                else store_words(floats + place, square[i]);
            }
        }
    }
    for (ptrdiff_t c = 0; c < columns; c++) {
        for (ptrdiff_t r = c < whole_columns ? whole_rows : 0; r < rows; r++) {
            if (shortens) halves[c * stride + r] = bf16_of_float(x[r * columns + c]);
            else floats[c * stride + r] = x[r * columns + c];
        }
    }
}

KERNEL static void transpose_floats(const float *x, ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t stride, float *out) {
    transpose_numbers(false, x, rows, columns, stride, out);
}
KERNEL static void transpose_halves(const float *x, ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t stride, uint16_t *out) {
    transpose_numbers(true, x, rows, columns, stride, out);
}

KERNEL static void shorten_floats(const float *x, ptrdiff_t count, uint16_t *out) {
    ptrdiff_t i = 0;
    for (; i + LANES <= count; i += LANES) store_halves(out + i, shortened(load_floats(x + i)));
    for (; i < count; i++) out[i] = bf16_of_float(x[i]);
}
