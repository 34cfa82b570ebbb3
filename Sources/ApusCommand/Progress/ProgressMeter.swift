import Diagnostics

/// Works out rate and time left from reports of progress. Pure: the time is an argument, in seconds from any fixed moment.
struct ProgressMeter {
    /// The rate is that of the last so many seconds: long reading grows slower as the text behind grows, and an average from the
    /// start would promise too much.
    static let windowSeconds = 15.0
    /// Reports closer together than this are not kept one by one.
    static let sampleSeconds = 0.2

    private struct Sample {
        let seconds: Double
        let completed: Int
    }

    private(set) var latest: Progress?
    /// Oldest first. The first is as old as the window or, early on, the start of the activity.
    private var samples: [Sample] = []
    private var activityBegan: Double
    private var lastReport: Double

    /// - Parameter began: when the work began, on the clock of `record`.
    init(began: Double = 0) {
        activityBegan = began
        lastReport = began
    }

    mutating func record(_ progress: Progress, at seconds: Double) {
        if latest?.activity != progress.activity {
            activityBegan = latest == nil ? activityBegan : lastReport
            samples = [Sample(seconds: activityBegan, completed: min(progress.resumed, progress.completed))]
        } else if let latest, progress.completed < latest.completed {
            activityBegan = seconds
            samples = []
        }
        latest = progress
        lastReport = seconds
        keep(Sample(seconds: seconds, completed: progress.completed))
    }

    /// Adds a sample, or moves the newest one if it is too close to the one before it, and drops those that left the window.
    private mutating func keep(_ sample: Sample) {
        if samples.count > 1, sample.seconds - samples[samples.count - 2].seconds < ProgressMeter.sampleSeconds {
            samples[samples.count - 1] = sample
        } else {
            samples.append(sample)
        }
        let expired = samples.dropFirst().prefix { sample.seconds - $0.seconds >= ProgressMeter.windowSeconds }.count
        samples.removeFirst(expired)
    }

    /// Units in a second; nil before there is anything to go by.
    var rate: Double? {
        guard let first = samples.first, let last = samples.last, last.seconds > first.seconds, last.completed > first.completed
        else { return nil }
        return Double(last.completed - first.completed) / (last.seconds - first.seconds)
    }

    /// The share done, 0 to 1; nil if the total is not known.
    var fraction: Double? {
        guard let latest, let total = latest.total, total > 0 else { return nil }
        return min(max(Double(latest.completed) / Double(total), 0), 1)
    }

    /// Seconds to go at the present rate; nil if it cannot be told.
    var secondsLeft: Double? {
        guard let rate, let latest, let total = latest.total else { return nil }
        return Double(max(total - latest.completed, 0)) / rate
    }

    /// How long the present activity has been going on.
    var secondsSpent: Double { lastReport - activityBegan }

    /// The rate over the whole activity, without what an earlier run had done.
    var overallRate: Double? {
        guard let latest, secondsSpent > 0, latest.completed > latest.resumed else { return nil }
        return Double(latest.completed - latest.resumed) / secondsSpent
    }
}
