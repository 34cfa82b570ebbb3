/// A key of a recipe: where it stands, what it may hold, and what it means. From these both the parser and the documentation come.
package struct RecipeKey<Value: Sendable>: Sendable {
    /// With the sections that it stands in: "model.layers".
    package let path: String
    let form: RecipeForm<Value>
    package let meaning: String
    /// What holds where the key is absent, as the documentation has it; empty: it must be there, or nothing holds.
    package let usual: String
    /// Whether another value would train another model: such a change is refused where a training is to go on.
    package let changesResult: Bool

    init(_ path: String, _ form: RecipeForm<Value>, usual: String = "", changesResult: Bool = true, _ meaning: String) {
        self.path = path
        self.form = form
        self.meaning = meaning
        self.usual = usual
        self.changesResult = changesResult
    }
}

/// A key without the type of its value.
package protocol AnyRecipeKey: Sendable {
    var path: String { get }
    var meaning: String { get }
    var usual: String { get }
    var changesResult: Bool { get }
    /// What it may hold, in words.
    var expected: String { get }
}

extension RecipeKey: AnyRecipeKey {
    package var expected: String { form.description }
}

extension AnyRecipeKey {
    /// "model" of "model.layers"; empty for keys that stand in no section.
    var section: String { path.lastIndex(of: ".").map { String(path[..<$0]) } ?? "" }
    var name: String { path.split(separator: ".").last.map(String.init) ?? path }
}
