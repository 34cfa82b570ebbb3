import Diagnostics

/// Why a reply cannot be held to a schema.
package struct GrammarError: Failure, Equatable {
    package enum Problem: Equatable, Sendable {
        /// The keyword would change what is valid, and is not followed.
        case unsupported(keyword: String, advice: String)
        /// The schema is not one.
        case invalid(reason: String)
        /// No value is valid.
        case unsatisfiable
        /// The schema is larger or more entangled than is followed.
        case tooLarge(what: String, most: Int)
    }

    /// Where in the schema, as a JSON pointer: "#/properties/name".
    package let path: String
    package let problem: Problem

    init(_ problem: Problem, at path: String) {
        self.problem = problem
        self.path = path
    }

    package var kind: FailureKind { .usage }

    package var description: String {
        let place = "the JSON schema at \(path)"
        switch problem {
        case .unsupported(let keyword, let advice): return "\(place) uses \"\(keyword)\", which replies cannot be held to; \(advice)"
        case .invalid(let reason): return "\(place) \(reason)"
        case .unsatisfiable: return "\(place) allows no finite value at all; look for limits that contradict each other or a required loop"
        case .tooLarge(let what, let most): return "\(place) has more than \(most) \(what); make it simpler or divide it"
        }
    }
}
