/// Options that were given and cannot have an effect are refused, never passed over.
enum IdleOptions {
    /// - Parameters:
    ///   - options: names, and whether each was given.
    ///   - reason: why they have no effect, as it reads after "because".
    /// - Throws: a usage error that names all that were given.
    static func refuse(_ options: [(name: String, isGiven: Bool)], because reason: String) throws(CommandFailure) {
        let given = options.filter(\.isGiven).map(\.name)
        guard let message = message(given, reason: reason) else { return }
        throw .usage(message)
    }

    /// nil if nothing was given.
    static func message(_ names: [String], reason: String) -> String? {
        guard let last = names.last else { return nil }
        let list = names.count == 1 ? last : names.dropLast().joined(separator: ", ") + " and " + last
        return "\(list) \(names.count == 1 ? "has" : "have") no effect here, because \(reason)."
    }
}
