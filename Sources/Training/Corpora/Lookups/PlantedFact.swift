/// A fact to be told somewhere in a text and asked for later. None of its values and names is trained on; its wording is one that training
/// shows.
package struct PlantedFact: Hashable, Sendable {
    package let sentence: String
    package let question: String
    package let answer: String

    /// More would run out of names.
    package static let most = 100

    /// Facts about different things, many of them alike.
    package static func draw(_ count: Int, seed: UInt64, _ path: Int = 0) -> [PlantedFact] {
        precondition((0...most).contains(count), "\(count) facts for one text")
        var random = CorpusRandom(seed: seed, 5, path)
        var scene = FactScene(LookupSource(values: .heldOut))
        return (0..<count).map { _ in scene.plant(&random) }
    }
}
