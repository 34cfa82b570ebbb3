#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// `base` to the `exponent`, in double precision.
func power(_ base: Double, _ exponent: Double) -> Double { pow(base, exponent) }

/// The natural logarithm, in double precision.
func logarithm(_ value: Double) -> Double { log(value) }
