/// How far texts are to go beyond what a model was trained for. By this methods and position schemes choose their options.
package struct Stretch: Hashable, Sendable {
    /// What the model was trained for, in tokens.
    package let window: Int
    /// Tokens of the longest text, its question and the reply.
    package let length: Int

    package init(window: Int, length: Int) {
        precondition(window > 0 && length > 0, "\(length) tokens in a window of \(window)")
        self.window = window
        self.length = length
    }

    /// How many windows the text fills, as a whole number.
    package var factor: Int { max(1, (length + window - 1) / window) }
}
