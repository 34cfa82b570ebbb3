/// Why a long text is hard to answer from, as two things that its length does not tell: how hard what is needed is to find, and how much of
/// it there is.
///
/// The axes are those of Goldman et al., Is It Really Long Context if All You Need Is Retrieval?, 2024. Which task stands where, and all
/// figures by which `Evidence` measures it, are this project's own.
package struct TaskPlace: Codable, Hashable, Sendable {
    /// How scattered and hidden the evidence is.
    package enum Diffusion: String, Codable, CaseIterable, Sendable {
        case low, medium, high
    }

    /// How much evidence any right answer needs.
    package enum Scope: String, Codable, CaseIterable, Sendable {
        case small, medium, large
    }

    package let diffusion: Diffusion
    package let scope: Scope

    package init(diffusion: Diffusion, scope: Scope) {
        self.diffusion = diffusion
        self.scope = scope
    }

    /// One literal statement among what says nothing of the kind.
    static let lookup = TaskPlace(diffusion: .low, scope: .small)
    /// A few statements, or one among others like it.
    static let discrimination = TaskPlace(diffusion: .medium, scope: .small)
    /// Statements of which one leads to the next.
    static let chaining = TaskPlace(diffusion: .high, scope: .small)
    /// All of the text.
    static let aggregation = TaskPlace(diffusion: .high, scope: .large)
}
