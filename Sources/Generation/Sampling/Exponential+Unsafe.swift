/// The exponential function of eight numbers that are not positive, to two units in the last place; 0 below -700, where the true value is
/// under 10⁻³⁰⁴, and for NaN.
///
/// It uses additions and multiplications only, whose results IEEE 754 fixes, so that weights have the same bits on every machine, which
/// the exponential functions of C libraries do not promise. And it is faster: no branch, no call.
///
/// With x = n ln 2 + r, |r| ≤ ln 2 / 2, it is 2ⁿ times the Taylor series of exp(r) up to r¹³ / 13!.
func exponential(_ x: SIMD8<Double>) -> SIMD8<Double> {
    let isZero = .!(x .>= -700)
    let x = x.replacing(with: 0, where: isZero)
    // Adding 1.5 · 2⁵² rounds to a whole number and leaves it in the lowest bits.
    let shift = 0x1.8p52
    let shifted = x * 1.442_695_040_888_963_4 + shift
    let n = shifted - shift
    // ln 2 in two parts, of which the first has enough zeros at its end for its product with n to be exact.
    let r = (x - n * 0x1.62e42fee00000p-1) - n * 0x1.a39ef35793c76p-33
    var series = r * (1 / 6_227_020_800) + 1 / 479_001_600
    series = series * r + 1 / 39_916_800
    series = series * r + 1 / 3_628_800
    series = series * r + 1 / 362_880
    series = series * r + 1 / 40_320
    series = series * r + 1 / 5_040
    series = series * r + 1 / 720
    series = series * r + 1 / 120
    series = series * r + 1 / 24
    series = series * r + 1 / 6
    series = series * r + 1 / 2
    series = series * r + 1
    series = series * r + 1
    let exponent = (unsafeBitCast(shifted, to: SIMD8<UInt64>.self) &+ 1023) &<< 52
    return (series * unsafeBitCast(exponent, to: SIMD8<Double>.self)).replacing(with: 0, where: isZero)
}
