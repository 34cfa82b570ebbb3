import Positions

/// How a method is written, and what is made of it.
struct PolicyEntry: Sendable {
    let name: String
    let usage: String
    /// Of those without a name.
    let largestOptionCount: Int
    /// Options that are written `name=value`.
    var namedOptions: [String] = []
    /// Of the numbers.
    var smallestOption = 1
    /// The forms of it that are worth trying for texts of a length; nil: the one with its usual options.
    var trials: (@Sendable (Stretch) -> [String])?
    let make: @Sendable (PolicyOptions) throws(AttentionError) -> any AttentionPolicy
}

/// What stands behind a method's name.
struct PolicyOptions {
    let numbers: [Int]
    let named: [String: String]
    let modelWindow: Int?
    let layers: Int?
    let method: String
    let usage: String

    subscript(index: Int) -> Int? { index < numbers.count ? numbers[index] : nil }

    /// A window, by default the model's, of which some tokens go to something else and the rest is shared evenly.
    func window(at index: Int, less taken: Int = 0, sharedBy parts: Int = 1) throws(AttentionError) -> Int {
        if let given = self[index] { return given }
        guard let modelWindow, modelWindow > taken else { throw windowUnknown }
        return max(1, (modelWindow - taken) / parts)
    }

    var windowUnknown: AttentionError { .windowUnknown(method: method, usage: usage) }

    /// A number that is written `name=value`.
    func number(_ name: String, in range: ClosedRange<Int>, default other: Int) throws(AttentionError) -> Int {
        guard let text = named[name] else { return other }
        guard let number = Int(text), range.contains(number) else {
            throw .badOption(method: method, option: "\(name)=\(text)", usage: usage)
        }
        return number
    }
}
