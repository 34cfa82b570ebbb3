/// Times work that is done again and again.
struct Stopwatch {
    /// Where the time does not matter.
    static let once = Stopwatch(leastRuns: 1, budget: .zero)

    /// Runs that count, at least, and for how long runs go on.
    var leastRuns = 3
    var budget = Duration.milliseconds(60)

    /// The median of the runs, after one that warms up, in seconds.
    func seconds(_ work: () -> Void) -> Double {
        let clock = ContinuousClock(), start = clock.now
        work()
        var times: [Double] = []
        while times.count < leastRuns || (start.duration(to: clock.now) < budget && times.count < 1000) {
            times.append(max(1e-9, clock.measure(work) / .seconds(1)))
        }
        return times.sorted()[times.count / 2]
    }
}
