#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// `base` to the `exponent`, in double precision.
func power(_ base: Double, _ exponent: Double) -> Double { pow(base, exponent) }

/// The natural logarithm, in double precision.
func logarithm(_ value: Double) -> Double { log(value) }

/// e to the `exponent`.
func exponential(_ exponent: Double) -> Double { exp(exponent) }

/// The hyperbolic tangent.
func hyperbolicTangent(_ value: Double) -> Double { tanh(value) }

/// The cosine of an angle in radians.
func cosine(_ angle: Double) -> Double { cos(angle) }

/// The sine of an angle in radians.
func sine(_ angle: Double) -> Double { sin(angle) }

extension Double {
    /// As a person would write it: without a fraction that is 0.
    var shortest: String { self == rounded() && magnitude < 1e15 ? String(Int(self)) : String(self) }
}
