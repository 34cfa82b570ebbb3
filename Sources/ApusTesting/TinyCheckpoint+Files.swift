import Foundation
import Tensors

extension TinyCheckpoint {
    /// Writes the folder: `config.json` and `model.safetensors`, or several shards and their index.
    ///
    /// - Parameters:
    ///   - type: `.f32`, `.f16` or `.bf16`.
    ///   - shards: over how many files the tensors are spread, in the order of their names.
    ///   - tokenizer: whether `tokenizer.json` and `tokenizer_config.json` are written too.
    package func write(to folder: String, as type: StorageType = .f32, shards: Int = 1, tokenizer: Bool = false) throws {
        try write(config, to: folder, "config.json")
        if tokenizer { try writeTokenizer(to: folder) }
        let perShard = (tensors.count + shards - 1) / shards
        var places: [String: String] = [:]
        for shard in 0..<shards {
            let file = shards == 1 ? "model.safetensors" : "model-\(Self.fiveDigits(shard + 1))-of-\(Self.fiveDigits(shards)).safetensors"
            let members = tensors.dropFirst(shard * perShard).prefix(perShard)
            try safetensors(Array(members), as: type).write(to: URL(fileURLWithPath: "\(folder)/\(file)"))
            for member in members { places[member.name] = file }
        }
        if shards > 1 {
            let index: [String: Any] = ["metadata": ["total_size": byteCount(as: type)], "weight_map": places]
            try write(Self.json(index), to: folder, "model.safetensors.index.json")
        }
    }

    private func byteCount(as type: StorageType) -> Int {
        tensors.reduce(0) { $0 + $1.count * ($1.type == nil ? type.blockBytes : 1) }
    }

    /// The format's layout: the header's length in 8 bytes, the header as JSON, then the tensors one after another.
    private func safetensors(_ tensors: [Tensor], as type: StorageType) throws -> Data {
        var header: [String: Any] = ["__metadata__": ["format": "pt"]]
        var data = Data()
        for tensor in tensors {
            let start = data.count
            data.append(contentsOf: try bytes(of: tensor, as: type))
            header[tensor.name] = [
                "dtype": tensor.type ?? type.name, "shape": tensor.shape, "data_offsets": [start, data.count],
            ]
        }
        let text = Data(try Self.json(header).utf8)
        let padding = Data(repeating: UInt8(ascii: " "), count: (8 - text.count % 8) % 8)
        let length = withUnsafeBytes(of: UInt64(text.count + padding.count).littleEndian) { Data($0) }
        return length + text + padding + data
    }

    private func bytes(of tensor: Tensor, as type: StorageType) throws -> [UInt8] {
        guard tensor.type == nil else { return tensor.values.map { UInt8($0) } }
        guard type.blockLength == 1, let bytes = type.encode(tensor.values) else { throw TinyModelError(tensor: tensor.name, type: type) }
        return bytes
    }

    func write(_ text: String, to folder: String, _ name: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
    }

    static func json(_ object: [String: Any]) throws -> String {
        String(
            decoding: try JSONSerialization.data(withJSONObject: object, options: [.sortedKeys, .withoutEscapingSlashes]), as: UTF8.self)
    }

    private static func fiveDigits(_ number: Int) -> String {
        String(repeating: "0", count: max(0, 5 - String(number).count)) + String(number)
    }
}
