/// The model's own rotation, with the factors that some files carry.
package struct ModelPositions: PositionScheme {
    package let name = "model"

    package init() {}

    package func rotary(for geometry: RotaryGeometry, length: Int) -> Rotary { geometry.rotary(geometry.inverseFrequencies) }

    package func reach(for geometry: RotaryGeometry) -> Int { geometry.trainedLength }
}
