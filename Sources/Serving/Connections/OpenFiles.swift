#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// How many files and connections the process may have open.
enum OpenFiles {
    #if canImport(Glibc)
    private static let limit = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    #else
    private static let limit = RLIMIT_NOFILE
    #endif

    /// Files of models, readings and logs.
    private static let others = 256

    /// Raises the limit of the process as far as it may, and tells how many connections that allows.
    static func most(wanted: Int) -> Int {
        var limits = rlimit()
        guard getrlimit(limit, &limits) == 0 else { return min(wanted, others) }
        let needed = rlim_t(wanted + others)
        if limits.rlim_cur < needed {
            limits.rlim_cur = min(needed, limits.rlim_max)
            _ = setrlimit(limit, &limits)
            guard getrlimit(limit, &limits) == 0 else { return min(wanted, others) }
        }
        return limits.rlim_cur >= needed ? wanted : max(16, Int(limits.rlim_cur) - others)
    }
}
