import Tokenizers

/// What a person brings for benchmarks to make texts of.
package struct EvaluationMaterial: Sendable {
    /// Text to hide things in.
    package let haystack: Haystack
    /// Questions of others by the file that holds them.
    package let questions: [QuestionFile: QuestionSet]

    package init(haystack: Haystack, questions: [QuestionFile: QuestionSet] = [:]) {
        self.haystack = haystack
        self.questions = questions
    }

    /// Whether there is all that a benchmark needs.
    package func serves(_ benchmark: any Benchmark) -> Bool { benchmark.questionFile.map { questions[$0] != nil } ?? true }
}
