/// A day of the Gregorian calendar.
struct LogDate: Sendable {
    private(set) var year: Int
    /// From 0.
    private(set) var month = 0
    private(set) var day = 1
    /// From 0, Sunday.
    private var weekday = 0

    private static let weekdays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]
    private static let lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

    /// 1 January 1871, which was a Sunday.
    init() { year = 1871 }

    mutating func advance() {
        weekday = (weekday + 1) % 7
        day += 1
        guard day > Self.lengths[month] + (month == 1 && isLeapYear ? 1 : 0) else { return }
        day = 1
        month = (month + 1) % 12
        if month == 0 { year += 1 }
    }

    private var isLeapYear: Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }

    /// "Monday, 2 January 1871"
    var text: String { "\(Self.weekdays[weekday]), \(day) \(LookupWords.months[month]) \(year)" }
}
