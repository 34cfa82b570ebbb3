import Diagnostics

/// Times work that is done again and again.
struct Stopwatch {
    /// Where the time does not matter.
    static let once = Stopwatch(leastRuns: 1, budget: .zero)

    /// Runs that count, at least, and for how long runs go on.
    var leastRuns = 3
    var budget = Duration.milliseconds(120)

    /// The mean of the runs, after one that warms up, in seconds: what disturbs the machine now and then is part of how fast it is.
    func seconds(_ work: () -> Void) -> Double {
        let clock = ContinuousClock()
        work()
        let start = clock.now
        var runs = 0
        while runs < leastRuns || start.duration(to: clock.now) < budget {
            work()
            runs += 1
        }
        return max(1e-9, start.duration(to: clock.now).seconds / Double(runs))
    }
}
