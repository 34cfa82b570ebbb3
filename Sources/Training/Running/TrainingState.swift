import Foundation

/// Where a training stands, but for its tensors.
struct TrainingState<StreamState: Codable & Sendable>: Codable, Sendable {
    /// The version of this layout.
    static var currentVersion: Int { 1 }

    var version = Self.currentVersion
    /// Steps done.
    var step = 0
    /// Tokens seen in them.
    var tokens = 0
    /// Seconds spent on them, in all runs together.
    var seconds = 0.0
    /// How much of the metrics file is about them.
    var metricsBytes = 0
    /// How many steps the average is of; 0: there is none yet.
    var averagedSteps = 0
    /// The settings that the result depends on, by their names in the recipe.
    var settings: [String: String]
    /// Where the order of the batches stands.
    var stream: StreamState

    /// The first setting, by name, that another training has otherwise.
    func difference(from other: [String: String]) -> (key: String, before: String, now: String)? {
        let keys = Set(settings.keys).union(other.keys).sorted()
        guard let key = keys.first(where: { settings[$0] != other[$0] }) else { return nil }
        return (key, settings[key] ?? "not set", other[key] ?? "not set")
    }
}
