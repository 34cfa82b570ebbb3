import Positions

/// The positions that a text is read with: the model's own or others that a person names in their place.
///
/// Layers that look back only so far by themselves never see a distance that they were not trained for, so they keep their own.
package struct ChosenPositions: Sendable {
    /// As a person writes it, with nothing left out: "yarn:4", "model+log".
    package let name: String
    /// `nil` for the model's own.
    let scheme: (any PositionScheme)?
    /// What queries are multiplied by, besides what the scheme may want.
    let queryScale: QueryScale?
    /// The longest text that they are for, in tokens.
    package let window: Int
}

extension Decoder {
    /// The positions that a text such as `yarn:4` names.
    ///
    /// - Parameter length: the window that is wanted, in tokens; `nil` for as far as the positions reach.
    /// - Throws: `PositionError` for a name that is none or a scheme that cannot serve the model.
    package func positions(_ name: String, length: Int? = nil) throws -> ChosenPositions {
        let own = configuration.rotation
        let choice = try PositionRegistry.choice(name, for: own.geometry, own: own.scheme, length: length)
        let trained = configuration.contextLength
        if let scheme = choice.scheme, let reason = reasonAgainstSchemes {
            throw PositionError.cannotServe(scheme: scheme.name, reason: reason)
        }
        let scale = choice.scalesQueries ? QueryScale.logarithmic(beyond: own.geometry.trainedLength) : nil
        return ChosenPositions(
            name: (choice.scheme?.name ?? "model") + (scale == nil ? "" : "+log"), scheme: choice.scheme, queryScale: scale,
            window: length ?? choice.scheme?.reach(for: own.geometry) ?? trained)
    }
}
