import Foundation

/// The header `Retry-After` of a reply: seconds, or a time of day. (RFC 9110, 10.2.3.)
enum RetryAfter {
    /// How long to wait, nothing for a time that has passed.
    /// - Returns: nil for what is neither form.
    static func duration(_ text: String, now: Date) -> Duration? {
        let text = text.trimmingCharacters(in: .whitespaces)
        if !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) { return Int32(text).map { .seconds(Int($0)) } }
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(secondsFromGMT: 0)
        formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
        guard let time = formatter.date(from: text) else { return nil }
        return .seconds(max(0, time.timeIntervalSince(now)))
    }
}
