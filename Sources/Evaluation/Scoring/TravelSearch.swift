/// The search for an order of cities, as LongProc wants it written down: day by day, cities in the order in which they are named.
/// (Ye et al., LongProc, 2025.)
struct TravelSearch {
    /// A city that has to be visited for some days.
    struct Stay: Equatable {
        let city: String
        let days: Int
        /// The day of arrival where that is fixed.
        let start: Int?

        func end(from day: Int) -> Int { day + days - 1 }
    }

    private let free: [Stay]
    private let fixed: [Stay]
    private let flights: Set<[String]>
    private let count: Int
    private var log: [String] = []
    private var plan: [(stay: Stay, day: Int)] = []

    /// - Parameters:
    ///   - stays: each city once, in the order of the task.
    ///   - flights: pairs of cities, from the one to the other.
    /// - Returns: nil where there is no way.
    init?(_ stays: [Stay], flights: [[String]], count: Int) {
        free = stays.filter { $0.start == nil }
        fixed = stays.filter { $0.start != nil }.sorted { ($0.start ?? 0) < ($1.start ?? 0) }
        self.flights = Set(flights)
        self.count = count
        describe(stays)
        guard explore(day: 1, free) else { return nil }
    }

    /// The search and the plan that it has found.
    var text: String {
        "<Solving Procedure>\n\(log.joined(separator: "\n"))\n</Solving Procedure>\n\nOutput the plan in the required format:\n<Plan>\n\(planText)\n</Plan>"
    }

    var planText: String {
        plan.indices.map { place -> String in
            let (stay, day) = plan[place], end = stay.end(from: day), arriving = place == 0 ? "Arriving in \(stay.city) and visit" : "Visit"
            let visit = "**Day \(day)-\(end):** \(arriving) \(stay.city) for \(stay.days) days."
            return place + 1 < plan.count ? visit + "\n**Day \(end):** Fly from \(stay.city) to \(plan[place + 1].stay.city)." : visit
        }.joined(separator: "\n")
    }

    private mutating func describe(_ stays: [Stay]) {
        log.append("Read the requirements and identify the cities that have fixed schedules and the cities that need to be arranged.")
        for stay in stays {
            let schedule = stay.start.map { ", Fixed Schedule: Day \($0) - \(stay.end(from: $0))" } ?? ""
            log.append("* City: \(stay.city), Duration: \(stay.days) days\(schedule).")
        }
        log.append("")
        log.append("Cities that have fixed schedules\(fixed.isEmpty ? ": None." : " (sorted by their arrival days):")")
        for stay in fixed {
            let start = stay.start ?? 0
            log.append("* City: \(stay.city), Fixed Schedule: Day \(start) - \(stay.end(from: start)).")
        }
        log.append("")
        log.append("Cities needing arrangement:\(free.isEmpty ? " None." : "")")
        for stay in free { log.append("* City: \(stay.city), Duration: \(stay.days) days.") }
        log.append("")
    }

    private mutating func note(_ depth: Int, _ line: String) {
        log.append((depth == 0 ? "" : String(repeating: " ", count: depth) + "|- ") + line)
    }

    private static func list(_ stays: [Stay]) -> String { "[\(stays.map(\.city).joined(separator: ", "))]" }

    /// No task has a longer search; keeps made-up ones from going on for ever.
    private static let mostLines = 1_000_000

    private mutating func explore(day: Int, _ free: [Stay]) -> Bool {
        guard log.count < Self.mostLines else { return false }
        let depth = plan.count * 2
        note(depth, "Current day: \(day). Current plan: \(Self.list(plan.map(\.stay))).")
        if plan.count == count {
            note(depth, "All \(count) cities are arranged. Complete plan is found!")
            return true
        }
        note(depth, "Check whether the city with an arrival day of Day \(day) - is fixed.")
        let due = fixed.first { $0.start == day }
        if let due {
            note(depth, "Yes. The city with an arrival day of Day \(day) - is fixed: \(due.city).")
        } else {
            note(
                depth,
                "No. Consider possible options from cities needing arrangement: \(Self.list(free)) and explore these options in order.")
        }
        for stay in due.map({ [$0] }) ?? free where fits(stay, day: day, depth: depth + 1) {
            plan.append((stay, day))
            if explore(day: stay.end(from: day), free.filter { $0.city != stay.city }) { return true }
            plan.removeLast()
        }
        note(depth + 1, "Fail to arrange any option on day \(day) in the current arrangement. Drop this branch.")
        return false
    }

    /// Whether a city can be next: there is a flight, and it ends before the next fixed one begins.
    private mutating func fits(_ stay: Stay, day: Int, depth: Int) -> Bool {
        let end = stay.end(from: day), last = plan.last?.stay.city
        note(depth, "Try arranging to visit \(stay.city) from Day \(day). Duration: \(stay.days) days. Schedule: Day \(day) - \(end).")
        note(depth, "Check for direct flight from \(last ?? "the starting point") to \(stay.city).")
        if let last, !flights.contains([last, stay.city]) {
            note(depth, "No. Drop this branch.")
            return false
        }
        note(depth, "Yes.")
        let next = fixed.first { ($0.start ?? 0) > day }
        let named = next.map { "\($0.city) (Day \($0.start ?? 0) - \($0.end(from: $0.start ?? 0)))" } ?? "None"
        note(depth, "Check whether this arrangement is compatible with the next fixed schedule after Day \(day): \(named).")
        guard let next, let start = next.start else {
            note(depth, "No following fixed schedules. This arrangement is compatible.")
            note(depth, Self.feasible)
            return true
        }
        let fits = start >= end
        let verdict =
            fits
            ? "not later than (<=) Day \(start). This arrangement is compatible."
            : "later than (>) Day \(start). This arrangement is incompatible. Drop this branch."
        note(
            depth,
            "The departure day of \(stay.city) is Day \(end). The arrival day of \(next.city) is Day \(start). Day \(end) is \(verdict)")
        if fits { note(depth, Self.feasible) }
        return fits
    }

    private static let feasible = "This arrangement is feasible for now. Continue to arrange the rest of the plan."
}
