// Vectors of LANES 32-bit elements, in the compiler's own notation: one text serves every instruction set. A family includes this
// after it has defined LANES, KERNEL (the attribute that admits its instructions), KERNEL_INLINE and UNROLL.
#pragma once
#include "weights.h"

// Wide vectors are given to and taken from functions that are inlined always, so how others would pass them does not matter.
#pragma GCC diagnostic ignored "-Wpsabi"

typedef float Floats __attribute__((vector_size(4 * LANES)));
typedef int32_t Words __attribute__((vector_size(4 * LANES)));
typedef float Four __attribute__((vector_size(16)));
typedef float Eight __attribute__((vector_size(32)));
// The same where they lie in memory, at any address of an element.
typedef float StoredFloats __attribute__((vector_size(4 * LANES), aligned(4), may_alias));
typedef int32_t StoredWords __attribute__((vector_size(4 * LANES), aligned(1), may_alias));
typedef uint16_t StoredHalves __attribute__((vector_size(2 * LANES), aligned(2), may_alias));
typedef _Float16 StoredHalfFloats __attribute__((vector_size(2 * LANES), aligned(2), may_alias));

#if LANES == 16
#define ZIP_LOW 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23
#define ZIP_HIGH 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31
#elif LANES == 8
#define ZIP_LOW 0, 8, 1, 9, 2, 10, 3, 11
#define ZIP_HIGH 4, 12, 5, 13, 6, 14, 7, 15
#else
#define ZIP_LOW 0, 4, 1, 5
#define ZIP_HIGH 2, 6, 3, 7
#endif

KERNEL_INLINE Floats load_floats(const float *p) { return *(const StoredFloats *)p; }
KERNEL_INLINE void store_floats(float *p, Floats x) { *(StoredFloats *)p = x; }
KERNEL_INLINE Words load_words(const void *p) { return *(const StoredWords *)p; }
KERNEL_INLINE void store_words(void *p, Words x) { *(StoredWords *)p = x; }
KERNEL_INLINE Floats floats_of_words(Words x) { return __builtin_convertvector(x, Floats); }

// Sums of all lanes, in halves.
KERNEL_INLINE Four folded_eight(Eight x) {
    return __builtin_shufflevector(x, x, 0, 1, 2, 3) + __builtin_shufflevector(x, x, 4, 5, 6, 7);
}
KERNEL_INLINE Four folded(Floats x) {
#if LANES == 16
    return folded_eight(__builtin_shufflevector(x, x, 0, 1, 2, 3, 4, 5, 6, 7) + __builtin_shufflevector(x, x, 8, 9, 10, 11, 12, 13, 14, 15));
#elif LANES == 8
    return folded_eight(x);
#else
    return x;
#endif
}
KERNEL_INLINE float total_of_four(Four x) { return (x[0] + x[2]) + (x[1] + x[3]); }
KERNEL_INLINE float total(Floats x) { return total_of_four(folded(x)); }

/// Transposes LANES x LANES elements. Each round of perfect shuffles turns the bits of an element's place (row, column) by one.
KERNEL_INLINE void transpose(Words x[LANES]) {
    UNROLL for (int round = 1; round < LANES; round *= 2) {
        Words y[LANES];
        UNROLL for (int i = 0; i < LANES / 2; i++) {
            y[2 * i] = __builtin_shufflevector(x[i], x[i + LANES / 2], ZIP_LOW);
            y[2 * i + 1] = __builtin_shufflevector(x[i], x[i + LANES / 2], ZIP_HIGH);
        }
        UNROLL for (int i = 0; i < LANES; i++) x[i] = y[i];
    }
}

/// Writes columns of out [..][stride] from the lanes of sums, those below `limit` only.
KERNEL_INLINE void store_columns(float *out, ptrdiff_t limit, Floats sums) {
    if (limit >= LANES) {
        store_floats(out, sums);
        return;
    }
    float lanes[LANES];
    store_floats(lanes, sums);
    for (ptrdiff_t i = 0; i < limit; i++) out[i] = lanes[i];
}
