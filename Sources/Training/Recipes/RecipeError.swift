import Diagnostics

/// What is wrong with a recipe, and where.
package struct RecipeError: Failure, Equatable {
    package enum Problem: Hashable, Sendable {
        case missingRecipe(reason: String)
        case notYAML(reason: String)
        /// A key that there is not; `nearest` is the known one that looks most like it.
        case unknownKey(String, nearest: String?)
        case notASection(String)
        case notAList(String)
        case wrongValue(key: String, found: String, expected: String)
        case missingKey(String, expected: String)
        case missingFile(key: String, path: String)
        /// Keys that do not go together, or values that do not fit each other.
        case contradiction(String)
    }

    /// The recipe, as it was named.
    package let path: String
    /// From 1 on; nil if it is about no one line.
    package let line: Int?
    package let problem: Problem

    init(_ problem: Problem, path: String, line: Int? = nil) {
        self.path = path
        self.line = line
        self.problem = problem
    }

    package var kind: FailureKind {
        switch problem {
        case .missingRecipe, .missingFile: .missingInput
        case .notYAML: .badData
        default: .usage
        }
    }

    package var description: String {
        path + (line.map { ", line \($0)" } ?? "") + ": " + explanation + "."
    }

    private var explanation: String {
        switch problem {
        case .missingRecipe(let reason): "the recipe cannot be read (\(reason))"
        case .notYAML(let reason): "this is not YAML that can be read: \(reason)"
        case .unknownKey(let key, let nearest):
            "there is no key \"\(key)\"; "
                + (nearest.map { "perhaps \"\($0)\" is meant" } ?? "docs/training.md lists those that there are")
        case .notASection(let key): "\"\(key)\" must hold keys, one below the other"
        case .notAList(let key): "\"\(key)\" must be a list, each entry of which holds keys"
        case .wrongValue(let key, let found, let expected): "\"\(key)\" is \(found), but it must be \(expected)"
        case .missingKey(let key, let expected): "the key \"\(key)\" is missing; it must be \(expected)"
        case .missingFile(let key, let path): "\"\(key)\" names \(path), which does not exist"
        case .contradiction(let reason): reason
        }
    }
}
