import Tensors

/// A model in the layout of Hugging Face: a folder with settings as JSON and weights in one or more safetensors files, which are
/// mapped into memory.
///
/// Names, shapes and settings are those of the folder; what they mean is up to whoever knows the architecture.
package struct HuggingFaceFolder: Sendable {
    package let path: String
    /// `config.json`: the architecture and its sizes.
    package let config: JSONObject
    /// `generation_config.json`, if there is one.
    package let generationConfig: JSONObject?
    /// `tokenizer_config.json`, if there is one.
    package let tokenizerConfig: JSONObject?
    /// In the order of the files and of their data.
    package let tensors: [FolderTensor]
    private let shards: [SafetensorsFile]
    private let places: [String: Int]

    /// Opens and checks the settings and the description of every tensor; weights are read from the mapping when used.
    /// - Throws: `ModelFileError` naming the file that is missing or damaged.
    package init(path: String) throws(ModelFileError) {
        let settings = SettingsFolder(path: path)
        self.path = path
        config = try settings.require("config.json")
        try Self.checkQuantization(config, path: settings.file("config.json"))
        generationConfig = try settings.find("generation_config.json")
        tokenizerConfig = try settings.find("tokenizer_config.json")
        let checkpoint = try CheckpointFiles(settings)
        shards = checkpoint.shards
        tensors = checkpoint.tensors
        places = Dictionary(uniqueKeysWithValues: tensors.enumerated().map { ($1.name, $0) })
    }

    /// Whether there is a template for conversations, in the tokenizer's settings or in a file of its own.
    package var hasChatTemplate: Bool {
        tokenizerConfig?["chat_template"] != nil || SettingsFolder(path: path).has("chat_template.jinja")
    }

    package func tensor(_ name: String) -> FolderTensor? { places[name].map { tensors[$0] } }

    /// Lends the bytes of a tensor of this folder to `body`, as they lie in the file.
    package func withBytes<Result>(of tensor: FolderTensor, _ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try shards[tensor.shard].withBytes(of: tensor.record, body)
    }

    /// Tensors packed by methods that are not known here would only be found to be missing, which explains nothing.
    private static func checkQuantization(_ config: JSONObject, path: String) throws(ModelFileError) {
        guard let settings = config["quantization_config"]?.object, let method = settings["quant_method"]?.string else { return }
        let isKnown =
            switch method {
            case "fp8", "fbgemm_fp8", "mxfp4": true
            case "compressed-tensors": ["float-quantized", "naive-quantized", "dense"].contains(settings["format"]?.string)
            default: false
            }
        guard isKnown else { throw ModelFileError(.unknownQuantization(method: method), path: path, subject: .key("quantization_config")) }
    }
}

/// A tensor of a folder: what it is, and which of the files holds it.
package struct FolderTensor: Hashable, Sendable {
    /// As the safetensors file describes it.
    package let record: SafetensorsRecord
    /// The file's place among those of the folder.
    let shard: Int

    package var name: String { record.name }
    package var element: SafetensorsElement { record.element }
    /// Slowest dimension first.
    package var shape: [Int] { record.shape }
}

// MARK: - Weights

extension HuggingFaceFolder {
    /// The tensor as weights [rows, columns]: a vector is one row, and of more than two dimensions all but the last are rows.
    ///
    /// A view of the mapped file for F32, F16 and BF16 (a copy where the file does not align its numbers). FP8 is decoded to BF16 in
    /// memory of its own, with the scales that belong to it (`FloatScales`).
    package func matrix(_ name: String) throws -> Matrix {
        let tensor = try require(name)
        guard tensor.record.range.count > 0 else { throw failure(.invalid(field: "its shape", reason: "\(tensor.shape) is empty"), tensor) }
        if let type = tensor.element.storageType { return try shards[tensor.shard].matrix(tensor.record, as: type) }
        guard let format = EightBitFloat(tensor.element) else {
            throw failure(.wrongType(expected: "of floating-point numbers", found: "of type \(tensor.element.rawValue)"), tensor)
        }
        return try decodedMatrix(tensor, format)
    }

    private func decodedMatrix(_ tensor: FolderTensor, _ format: EightBitFloat) throws -> Matrix {
        let scales = try scales(for: tensor)
        let memory = try Memory.allocate(byteCount: tensor.rows * tensor.columns * StorageType.bf16.blockBytes)
        withBytes(of: tensor) { format.decode($0, shape: tensor.shape, scales: scales, into: memory) }
        return Matrix(type: .bf16, rows: tensor.rows, columns: tensor.columns, memory: memory)
    }

    /// The scales of an FP8 tensor, under the names that are in use: "x.weight_scale_inv" and "x.weight_scale". A folder whose settings
    /// do not speak of quantisation may have none.
    private func scales(for tensor: FolderTensor) throws -> FloatScales {
        let names = ["\(tensor.name)_scale_inv", "\(tensor.name)_scale"]
        let settings = config["quantization_config"]?.object
        guard let name = names.first(where: { places[$0] != nil }) else {
            if settings == nil { return .none }
            throw ModelFileError(.notThere, path: shards[tensor.shard].path, subject: .tensor(names[0]))
        }
        let scaleTensor = try require(name)
        guard scaleTensor.element.storageType != nil else {
            throw failure(.wrongType(expected: "of F32, F16 or BF16", found: "of type \(scaleTensor.element.rawValue)"), scaleTensor)
        }
        let sides = settings?["weight_block_size"]?.array?.compactMap(\.integer)
        let values = Tensor(decoding: try matrix(name)).array
        guard let scales = FloatScales(values, shape: scaleTensor.shape, of: tensor.shape, blockSides: sides) else {
            throw failure(.invalid(field: "its shape", reason: "\(scaleTensor.shape) does not fit weights \(tensor.shape)"), scaleTensor)
        }
        return scales
    }

    private func require(_ name: String) throws(ModelFileError) -> FolderTensor {
        guard let tensor = tensor(name) else { throw ModelFileError(.notThere, path: path, subject: .tensor(name)) }
        return tensor
    }

    private func failure(_ problem: ModelFileError.Problem, _ tensor: FolderTensor) -> ModelFileError {
        ModelFileError(problem, path: shards[tensor.shard].path, subject: .tensor(tensor.name))
    }
}

extension FolderTensor {
    fileprivate var rows: Int { record.rows }
    fileprivate var columns: Int { record.columns }
}

extension SafetensorsElement {
    /// The type of weights that are stored in the same way.
    package var storageType: StorageType? {
        switch self {
        case .float32: .f32
        case .float16: .f16
        case .bfloat16: .bf16
        default: nil
        }
    }
}
