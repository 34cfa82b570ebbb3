import ModelFiles
import Positions

extension HuggingFaceSource {
    /// The same model as GGUF files of its architecture hold it: with rotation pairs side by side where they have them so.
    package func inFileLayout() throws -> HuggingFaceSource {
        let keys = ModelKeys(self), family = try DecoderRegistry.family(of: keys.architecture, in: path)
        let configuration = try DecoderConfiguration(self, rotaryLayout: family.rotaryLayout)
        let settings = GGUFMetadata(metadata.entries.filter { $0.key != LayerRotation.layoutKey }, path: path)
        guard configuration.rotation.geometry.layout != family.rotaryLayout else { return replacing(settings, recipes: recipes) }
        let pairing = Self.pairing(configuration.rotation.geometry)
        var recipes = recipes
        for (name, recipe) in recipes where Self.turns(name) {
            guard let rows = recipe.tensor.shape.first, rows.isMultiple(of: pairing.count) else {
                throw ModelError.badValues(tensor: name, file: path, reason: "its rows do not divide into heads of \(pairing.count)")
            }
            recipes[name] = recipe.reordered((0..<rows).map { $0 - $0 % pairing.count + pairing[$0 % pairing.count] })
        }
        return replacing(settings, recipes: recipes)
    }

    /// The dimension of a head with halves that stands at each place where pairs are neighbours.
    private static func pairing(_ geometry: RotaryGeometry) -> [Int] {
        Rotary(headDim: geometry.headDim, layout: .halves, inverseFrequencies: geometry.inverseFrequencies).pairing.map(Int.init)
    }

    /// Whether the rows of a tensor are dimensions of queries or keys.
    private static func turns(_ name: String) -> Bool {
        [".attn_q.weight", ".attn_q.bias", ".attn_k.weight", ".attn_k.bias"].contains { name.hasSuffix($0) }
    }
}
