/// No rotation at all: a model that was trained so learns distances from the causal mask alone.
/// (Kazemnejad et al., The Impact of Positional Encoding on Length Generalization in Transformers, 2023.)
package struct NoPositions: PositionScheme {
    package let name = "none"

    package init() {}

    package func rotary(for geometry: RotaryGeometry, length: Int) -> Rotary { .none(headDim: geometry.headDim) }

    package func reach(for geometry: RotaryGeometry) -> Int { geometry.trainedLength }
}
