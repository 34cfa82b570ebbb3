import ArgumentParser

/// Whole numbers as they are written on the command line: "512,4096".
struct NumberList: Equatable, Sendable, ExpressibleByArgument {
    let numbers: [Int]

    init(_ numbers: [Int]) {
        self.numbers = numbers
    }

    /// - Parameter argument: numbers of 0 and above with commas between them; nil for anything else, and for one that comes twice.
    init?(argument: String) {
        let parts = argument.split(separator: ",", omittingEmptySubsequences: false)
        let numbers = parts.compactMap { Int($0) }
        guard numbers.count == parts.count, numbers.allSatisfy({ $0 >= 0 }), Set(numbers).count == numbers.count else { return nil }
        self.numbers = numbers
    }

    var defaultValueDescription: String { numbers.map(String.init).joined(separator: ",") }
}
