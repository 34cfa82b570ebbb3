import Fitting
import Generation

extension ReadingArguments {
    /// The same with what the profile says wherever nothing was chosen; the same where no profile is named.
    ///
    /// - Parameters:
    ///   - use: what the text is read for.
    ///   - notes: what is told that the profile chose the method.
    /// - Throws: `FittingError` for a profile that is missing, damaged, or of another model.
    func completed(for model: Model, use: Profile.Use, notes: Notes) throws(FittingError) -> ReadingArguments {
        guard let choice = try profileChoice(for: model, use: use) else { return self }
        if method == nil { notes.note(choice.sentence) }
        return choice.completing(self)
    }

    /// What the profile says for a use, and why; nil where no profile is named.
    func profileChoice(for model: Model, use: Profile.Use) throws(FittingError) -> ProfileChoice? {
        guard let profile else { return nil }
        let path = profile == Self.keptProfile ? Profile.usualPath(of: model.decoder.fingerprint) : profile
        let found = try Profile(path: path, for: model.decoder.fingerprint, name: model.decoder.name)
        let choice = try found.choice(for: use, path: path)
        return ProfileChoice(
            choice: choice, method: MethodChoice(method: choice.method, reason: choice.reason(in: found, path: path)))
    }
}

/// What a profile says for one use.
struct ProfileChoice {
    let choice: Profile.Choice
    let method: MethodChoice

    var sentence: String { method.sentence }

    func completing(_ arguments: ReadingArguments) -> ReadingArguments {
        var completed = arguments
        completed.method = arguments.method ?? choice.method
        completed.positions = arguments.positions ?? choice.positions
        completed.contextLength = arguments.contextLength ?? choice.contextLength
        completed.cacheType = arguments.cacheType ?? choice.cacheType
        return completed
    }
}
