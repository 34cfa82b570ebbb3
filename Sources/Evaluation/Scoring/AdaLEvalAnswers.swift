import ModelFiles

/// Which answer of Ada-LEval's tasks a reply gives. (Wang et al., Ada-LEval: Evaluating long-context LLMs with length-adaptable benchmarks, 2024.)
enum AdaLEvalAnswers {
    /// The highest designation that a reply names, "A12", or else the highest bare number; nil where there is none.
    static func designation(_ reply: String, choices: Int) -> String? {
        let reply = reply.codePoints
        for mark in ["A", ""] {
            if let number = (1...max(1, choices)).reversed().first(where: { reply.holds((mark + String($0)).codePoints) }), choices > 0 {
                return "A\(number)"
            }
        }
        return nil
    }

    /// The order that a reply gives; zeros where it cannot be told, and nil where it is JSON but no list.
    static func order(_ reply: String) -> [JSONValue]? {
        let parts = reply.codePoints.split(at: "Answer:".codePoints)
        let text = parts.count > 1 ? parts[1].stripped : parts[0]
        // A number that JSON has no form for is read by the other rule, like all that is no JSON.
        if let value = try? JSONValue(parsing: Array(String(text).utf8), path: "reply") { return value.array }
        let fitting = permutations.filter { isSubsequence($0, of: text) }
        return fitting.count == 1 ? fitting[0].map { JSONValue.integer($0) } : Array(repeating: .integer(0), count: 4)
    }

    /// Whether an order is right as far as both go, which is how the published scorer compares them.
    static func isRight(_ order: [JSONValue]?, _ reference: [Int]) -> Bool {
        guard let order else { return false }
        return zip(order, reference).allSatisfy { $0.number == Double($1) }
    }

    /// Whether an order is right and whole.
    static func isStrictlyRight(_ order: [JSONValue]?, _ reference: [Int]) -> Bool {
        order?.count == reference.count && isRight(order, reference)
    }

    private static let permutations: [[Int]] = {
        let places = 1...4
        return places.flatMap { a in places.flatMap { b in places.flatMap { c in places.map { d in [a, b, c, d] } } } }
            .filter { Set($0).count == 4 }
    }()

    private static func isSubsequence(_ digits: [Int], of text: CodePoints) -> Bool {
        var rest = text[...]
        return digits.allSatisfy { digit in
            guard let place = rest.firstIndex(where: { $0.value == UInt32(48 + digit) }) else { return false }
            rest = rest[(place + 1)...]
            return true
        }
    }
}
