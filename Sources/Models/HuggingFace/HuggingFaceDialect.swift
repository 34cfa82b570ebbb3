import ModelFiles

/// How the Hugging Face folders of a family say what its GGUF files say. What all families say alike is known elsewhere:
/// `HuggingFaceTranslation` knows the settings, `TensorNames` the tensors.
package struct HuggingFaceDialect: Sendable {
    /// The architecture, as GGUF names it, for each `model_type` in `config.json`.
    package var modelTypes: [String: String]
    /// What holds where `config.json` is silent.
    package var defaults: JSONObject = [:]
    /// The tensors that have other names than usual. A key is a name without what stands before the layers and without "weight" or
    /// "bias"; "#" is a number, in the value that of the layer.
    package var tensors: [String: String] = [:]
    /// Settings and changes of tensors that only this family has.
    package var adjust: @Sendable (inout HuggingFaceTranslation) throws -> Void = { _ in }
}
