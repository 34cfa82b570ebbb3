import ApusTesting
import ModelFiles
import Tensors
import Testing

@Suite("Folders in the layout of Hugging Face")
struct HuggingFaceFolderTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private typealias Contents = (tensor: SafetensorsTensor, bytes: [UInt8])

    private func floats(_ name: String, _ shape: [Int], _ values: [Float], as element: SafetensorsElement = .float32) throws -> Contents {
        let type = try #require(element.storageType)
        return (SafetensorsTensor(name: name, element: element, shape: shape), try #require(type.encode(values)))
    }

    private func bytes(_ name: String, _ element: SafetensorsElement, _ shape: [Int], _ bytes: [UInt8]) -> Contents {
        (SafetensorsTensor(name: name, element: element, shape: shape), bytes)
    }

    private func write(_ contents: [Contents], as name: String = "model.safetensors") throws {
        var writer = try SafetensorsWriter(path: folder.file(name), tensors: contents.map(\.tensor))
        for content in contents where !content.bytes.isEmpty { try writer.write(content.bytes, of: content.tensor.name) }
        try writer.finish()
    }

    private func write(_ value: JSONValue, as name: String) throws {
        _ = try folder.write(Array(value.serialized(indentation: 2).utf8), as: name)
    }

    private func open(config: JSONValue = ["model_type": "llama"]) throws -> HuggingFaceFolder {
        try write(config, as: "config.json")
        return try HuggingFaceFolder(path: folder.path)
    }

    private func problem(config: JSONValue = ["model_type": "llama"]) -> ModelFileError? { failure { _ = try open(config: config) } }

    private func values(_ folder: HuggingFaceFolder, _ name: String) throws -> [Float] { Tensor(decoding: try folder.matrix(name)).array }

    // MARK: - Opening

    @Test("Settings and the tensors of one file")
    func single() throws {
        let ramp = (0..<12).map { Float($0) }
        try write([
            floats("a.weight", [3, 4], ramp), floats("b.weight", [12], ramp, as: .float16),
            floats("c.weight", [2, 2, 3], ramp, as: .bfloat16),
        ])
        try write(["eos_token_id": 2], as: "generation_config.json")
        let model = try open(config: ["model_type": "llama", "hidden_size": 64])
        #expect(model.config["hidden_size"]?.integer == 64 && model.generationConfig?["eos_token_id"]?.integer == 2)
        #expect(model.tokenizerConfig == nil)
        #expect(model.tensors.map(\.name) == ["a.weight", "b.weight", "c.weight"] && model.tensor("a.weight")?.shape == [3, 4])
        for (name, rows) in [("a.weight", 3), ("b.weight", 1), ("c.weight", 4)] {
            #expect(try model.matrix(name).rows == rows)
            #expect(try values(model, name) == ramp)
        }
        let raw = try #require(model.tensor("a.weight"))
        #expect(model.withBytes(of: raw) { Array($0) } == StorageType.f32.encode(ramp))
        #expect(failure { _ = try model.matrix("d.weight") }?.problem == .notThere)
    }

    @Test("Numbers that the file does not align are copied")
    func unaligned() throws {
        let header = Array(
            #"{"b":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"a":{"dtype":"F32","shape":[2],"data_offsets":[1,9]}}"#.utf8)
        let length = (0..<8).map { UInt8(truncatingIfNeeded: header.count >> (8 * $0)) }
        _ = try folder.write(length + header + [9] + #require(StorageType.f32.encode([1.5, -2])), as: "model.safetensors")
        let model = try open()
        #expect(try values(model, "a") == [1.5, -2])
        guard case .wrongType = failure({ _ = try model.matrix("b") })?.problem else {
            Issue.record("bytes were taken for weights")
            return
        }
    }

    @Test("Shards by their index, whatever sizes it states")
    func shards() throws {
        try write([floats("a", [2], [1, 2]), floats("unnamed", [1], [0])], as: "model-00001-of-00002.safetensors")
        try write([floats("b", [2], [3, 4])], as: "model-00002-of-00002.safetensors")
        let map: JSONValue = ["b": "model-00002-of-00002.safetensors", "a": "model-00001-of-00002.safetensors"]
        try write(["metadata": ["total_size": 1], "weight_map": map], as: "model.safetensors.index.json")
        let model = try open()
        #expect(model.tensors.map(\.name) == ["a", "b"])
        #expect(try values(model, "b") == [3, 4])
    }

    @Test("An index that is wrong is refused, naming the tensor or the file")
    func wrongIndex() throws {
        try write([floats("a", [1], [1])], as: "one.safetensors")
        try write([floats("b", [1], [1])], as: "two.safetensors")
        func problem(_ map: JSONValue) throws -> ModelFileError? {
            try write(["weight_map": map], as: "model.safetensors.index.json")
            return self.problem()
        }
        let missing = try problem(["a": "one.safetensors", "b": "three.safetensors"])
        #expect(missing?.kind == .missingInput && missing?.description.contains("three.safetensors: there is no such file") == true)
        let misplaced = try problem(["a": "one.safetensors", "b": "one.safetensors", "c": "two.safetensors"])
        #expect(misplaced?.subject == .tensor("b"))
        let elsewhere = try problem(["a": "two.safetensors", "b": "two.safetensors", "x": "one.safetensors"])
        #expect(elsewhere?.subject == .tensor("a") && elsewhere?.description.contains("but lies in") == true)
        let absent = try problem(["a": "one.safetensors", "c": "one.safetensors"])
        #expect(absent?.subject == .tensor("c") && absent?.description.contains("does not have it") == true)
        for name: JSONValue in [
            "../one.safetensors", "/etc/passwd", "sub/one.safetensors", ".hidden.safetensors", "one.bin", "", 1, nil, "..\\x.safetensors",
        ] {
            #expect(try problem(["a": name])?.subject == .tensor("a"), "\(name)")
        }
        for map: JSONValue in [[:], [], 1, nil] { #expect(try problem(map)?.subject == .key("weight_map")) }
    }

    @Test("A folder without weights that can be read says what it has")
    func noWeights() throws {
        #expect(problem()?.problem == .noWeights(found: []))
        _ = try folder.write([1], as: "pytorch_model.bin")
        let pickles = try #require(problem())
        #expect(
            pickles.kind == .missingInput && pickles.description.contains("pytorch_model.bin")
                && pickles.description.contains("safetensors"))
        try write([floats("a", [1], [1])])
        #expect(problem() == nil)
    }

    @Test("Settings that are missing, no object or no JSON")
    func settings() throws {
        try write([floats("a", [1], [1])])
        #expect(failure { _ = try HuggingFaceFolder(path: folder.path) }?.problem == .missing)
        #expect(problem(config: [1])?.problem == .wrongType(expected: "a JSON object", found: "[1]"))
        _ = try folder.write(Array("{".utf8), as: "generation_config.json")
        #expect(problem()?.path.hasSuffix("generation_config.json") == true)
        #expect(failure { _ = try HuggingFaceFolder(path: "/no/such/folder") }?.kind == .missingInput)
    }

    @Test("Weights that are packed by unknown methods are refused by the method's name", arguments: ["gptq", "awq", "bitsandbytes"])
    func packed(method: String) throws {
        try write([floats("a", [1], [1])])
        let refused = problem(config: ["quantization_config": ["quant_method": .string(method), "bits": 4]])
        #expect(refused?.problem == .unknownQuantization(method: method))
        #expect(problem(config: ["quantization_config": ["quant_method": "fp8"]]) == nil)
        #expect(problem(config: ["quantization_config": ["quant_method": "compressed-tensors", "format": "pack-quantized"]]) != nil)
        #expect(problem(config: ["quantization_config": ["quant_method": "compressed-tensors", "format": "float-quantized"]]) == nil)
    }

    // MARK: - FP8

    @Test("Eight-bit floats mean what their formats say")
    func eightBitFloats() throws {
        let all = Array(UInt8.min ... .max)
        try write([bytes("e4m3", .float8e4m3, [256], all), bytes("e5m2", .float8e5m2, [256], all)])
        let model = try open()
        // The second format is the upper half of half precision.
        let halves = try #require(StorageType.f16.decode(all.flatMap { [0, $0] }))
        for (value, half) in zip(try values(model, "e5m2"), halves) { #expect(value == half || value.isNaN && half.isNaN) }
        let first = try values(model, "e4m3")
        #expect(first[0] == 0 && first[1] == 0x1p-9 && first[8] == 0x1p-6 && first[0x38] == 1 && first[0x7E] == 448)
        #expect(first[0x7F].isNaN && first[0xFF].isNaN)
        #expect(zip(first[0..<127], first[1..<127]).allSatisfy { $0 < $1 })
        #expect((0..<127).allSatisfy { first[$0] == -first[$0 + 128] })
    }

    @Test("Scales for blocks of 128 by 128, the last ones smaller")
    func blockScales() throws {
        let (rows, columns) = (130, 260)
        let scales: [Float] = [1, 2, 4, 8, 16, 32]
        try write([
            bytes("x.weight", .float8e4m3, [rows, columns], [UInt8](repeating: 0x38, count: rows * columns)),
            floats("x.weight_scale_inv", [2, 3], scales),
        ])
        let decoded = try values(
            open(config: ["quantization_config": ["quant_method": "fp8", "weight_block_size": [128, 128]]]), "x.weight")
        for row in [0, 127, 128, 129] {
            for column in [0, 127, 128, 255, 256, 259] {
                #expect(decoded[row * columns + column] == scales[row / 128 * 3 + column / 128])
            }
        }
    }

    @Test("One scale for all, one for each row, and scales for stacked matrices")
    func otherScales() throws {
        let ones = [UInt8](repeating: 0x38, count: 12)
        try write([
            bytes("all.weight", .float8e4m3, [3, 4], ones), floats("all.weight_scale", [], [3]),
            bytes("row.weight", .float8e5m2, [3, 4], [UInt8](repeating: 0x3C, count: 12)),
            floats("row.weight_scale", [3, 1], [1, 2, 3], as: .bfloat16),
            bytes("stack.weight", .float8e4m3, [2, 2, 3], ones), floats("stack.weight_scale", [2, 1, 1], [5, 7]),
            bytes("rows.weight", .float8e4m3, [2, 2, 3], ones), floats("rows.weight_scale", [2, 2, 1], [1, 2, 3, 4]),
        ])
        let model = try open(config: ["quantization_config": ["quant_method": "fp8"]])
        #expect(try model.matrix("all.weight").type == .bf16)
        #expect(try values(model, "all.weight") == [Float](repeating: 3, count: 12))
        #expect(try values(model, "row.weight") == [1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3])
        #expect(try values(model, "stack.weight") == [5, 5, 5, 5, 5, 5, 7, 7, 7, 7, 7, 7])
        #expect(try values(model, "rows.weight") == [1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4])
    }

    @Test("Scales that are missing, of another type or of a shape that does not fit are refused")
    func wrongScales() throws {
        let ones = [UInt8](repeating: 0x38, count: 12)
        try write([
            bytes("none.weight", .float8e4m3, [3, 4], ones), bytes("odd.weight", .float8e4m3, [3, 4], ones),
            floats("odd.weight_scale", [5], [1, 1, 1, 1, 1]), bytes("type.weight", .float8e4m3, [3, 4], ones),
            bytes("type.weight_scale", .uint8, [1], [1]), bytes("empty.weight", .float8e4m3, [0, 4], []),
        ])
        let model = try open(config: ["quantization_config": ["quant_method": "fp8"]])
        for (tensor, scale) in [
            ("none", "none.weight_scale_inv"), ("odd", "odd.weight_scale"), ("type", "type.weight_scale"), ("empty", "empty.weight"),
        ] {
            #expect(failure { _ = try model.matrix("\(tensor).weight") }?.subject == .tensor(scale))
        }
        #expect(try values(open(), "none.weight").allSatisfy { $0 == 1 })
    }
}
