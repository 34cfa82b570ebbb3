import Foundation

/// A moment as a template may ask for it, in some time zone.
package struct TemplateDate: Sendable, Hashable {
    package var year: Int
    package var month: Int
    package var day: Int
    package var hour: Int
    package var minute: Int
    package var second: Int

    package init(year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0) {
        self.year = year
        self.month = month
        self.day = day
        self.hour = hour
        self.minute = minute
        self.second = second
    }

    /// The present moment, in the time zone of the machine.
    package static var now: TemplateDate {
        let now = Calendar(identifier: .gregorian).dateComponents(in: .current, from: Date())
        return TemplateDate(
            year: now.year ?? 1970, month: now.month ?? 1, day: now.day ?? 1, hour: now.hour ?? 0, minute: now.minute ?? 0,
            second: now.second ?? 0)
    }

    /// A directive that is not known.
    struct UnknownDirective: Error {
        let name: String
    }

    private static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
    ]
    private static let weekdays = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]

    /// `strftime` with English names.
    func formatted(_ format: String) throws(UnknownDirective) -> String {
        var result = "", rest = format[...]
        while let percent = rest.firstIndex(of: "%") {
            result += rest[..<percent]
            rest = rest[rest.index(after: percent)...]
            let isUnpadded = rest.first == "-"
            if isUnpadded { rest.removeFirst() }
            guard let letter = rest.popFirst() else { throw UnknownDirective(name: "%") }
            guard let text = directive(letter) else { throw UnknownDirective(name: "%\(letter)") }
            result += isUnpadded && text.count > 1 && text.first == "0" ? text.dropFirst() : text[...]
        }
        return result + rest
    }

    private func directive(_ letter: Character) -> String? {
        let month = Self.months[min(max(month, 1), 12) - 1]
        return switch letter {
        case "Y": String(year)
        case "y": Self.padded(year % 100)
        case "m": Self.padded(self.month)
        case "d": Self.padded(day)
        case "e": Self.padded(day, with: " ")
        case "B": month
        case "b", "h": String(month.prefix(3))
        case "A": Self.weekdays[weekday]
        case "a": String(Self.weekdays[weekday].prefix(3))
        case "H": Self.padded(hour)
        case "I": Self.padded((hour + 11) % 12 + 1)
        case "M": Self.padded(minute)
        case "S": Self.padded(second)
        case "p": hour < 12 ? "AM" : "PM"
        case "j": Self.padded(dayOfYear, width: 3)
        case "F": "\(year)-\(Self.padded(self.month))-\(Self.padded(day))"
        case "T": "\(Self.padded(hour)):\(Self.padded(minute)):\(Self.padded(second))"
        case "D": "\(Self.padded(self.month))/\(Self.padded(day))/\(Self.padded(year % 100))"
        case "%": "%"
        default: nil
        }
    }

    private static func padded(_ number: Int, with filler: Character = "0", width: Int = 2) -> String {
        let digits = String(number)
        return String(repeating: filler, count: max(0, width - digits.count)) + digits
    }

    private var dayOfYear: Int {
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        return lengths.prefix(max(0, month - 1)).reduce(day, +)
    }

    /// From Monday, by Zeller's congruence.
    private var weekday: Int {
        let (year, month) = month < 3 ? (year - 1, month + 12) : (year, month)
        let sum = day + 13 * (month + 1) / 5 + year + year / 4 - year / 100 + year / 400
        return (sum + 5) % 7
    }
}
