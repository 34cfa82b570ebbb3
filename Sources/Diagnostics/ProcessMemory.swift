#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// What the process has taken of the machine's memory.
public enum ProcessMemory {
    #if canImport(Glibc)
    private static let ownUsage = __rusage_who_t(RUSAGE_SELF.rawValue)
    #else
    private static let ownUsage = RUSAGE_SELF
    #endif

    /// The largest resident set so far, in bytes.
    public static var peakBytes: Int {
        var usage = rusage()
        guard getrusage(Self.ownUsage, &usage) == 0 else { return 0 }
        #if canImport(Darwin)
        return Int(usage.ru_maxrss)
        #else
        return Int(usage.ru_maxrss) * 1024
        #endif
    }
}
