// Powers of two, on vectors of any width.
#pragma once
#include "vectors.h"
#include <math.h>

KERNEL_INLINE Floats splat(float x) { return (Floats){0} + x; }
KERNEL_INLINE Floats chosen(Words which, Floats yes, Floats no) { return (Floats)(((Words)yes & which) | ((Words)no & ~which)); }
/// The second where either is not a number.
KERNEL_INLINE Floats larger(Floats a, Floats b) { return chosen(a > b, a, b); }

/// 2^x for x <= 126, below -126 2^-126; relative error 2e-7. What is not a number stays so.
KERNEL_INLINE Floats power_of_two(Floats x) {
    const Floats magic = splat(12582912.0f);                    // 1.5 * 2^23: adding it rounds to an integer
    x = larger(splat(-126.0f), x);
    const Floats shifted = x + magic, f = x - (shifted - magic);
    Floats y = splat(0.00132765f) * f + splat(0.00967554f);
    y = y * f + splat(0.05550713f);
    y = y * f + splat(0.2402212f);
    y = y * f + splat(0.69314697f);
    y = y * f + splat(1.00000007f);
    return (Floats)((Words)y + ((Words)shifted << 23));
}
