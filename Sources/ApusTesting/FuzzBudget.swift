import Foundation

/// How long tests with random input run: seconds in the suite, as long as one likes by `Scripts/fuzz.sh`, which sets
/// `APUS_FUZZ_ROUNDS` and `APUS_FUZZ_SEED`.
package enum FuzzBudget {
    private static let environment = ProcessInfo.processInfo.environment

    /// How many rounds to run, `usual` of them in the suite.
    package static func rounds(_ usual: Int) -> Int { environment["APUS_FUZZ_ROUNDS"].flatMap { Int($0) } ?? usual }

    /// Where the random numbers start, at `usual` in the suite.
    package static func seed(_ usual: UInt64) -> UInt64 { environment["APUS_FUZZ_SEED"].flatMap { UInt64($0) } ?? usual }
}
