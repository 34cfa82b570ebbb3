import ApusTesting
import Diagnostics
import ModelFiles
import Synchronization
import Tensors
import Testing

@Suite("Models stored in fewer bits")
struct QuantizingTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func mix(_ name: String) throws -> StorageMix { try #require(StorageMix.named(name)) }

    /// A model whose tensors are all zeros, by their names and shapes.
    private func model(
        _ shapes: [(name: String, shape: [Int])], type: StorageType = .f16, layers: Int = 16, experts: Int = 0
    ) throws -> GGUFFile {
        var writer = GGUFWriter()
        writer["general.architecture"] = .string("llama")
        writer["llama.block_count"] = .uint32(UInt32(layers))
        if experts > 0 { writer["llama.expert_count"] = .uint32(UInt32(experts)) }
        for (name, shape) in shapes {
            let zeros = [Float](repeating: 0, count: shape.reduce(1, *))
            let type = shape.count > 1 ? type : .f32
            try writer.add(tensor: name, shape: shape, type: type, bytes: #require(type.encode(zeros)))
        }
        try writer.write(to: folder.file("plan.gguf"))
        return try GGUFFile(path: folder.file("plan.gguf"))
    }

    private func types(_ file: GGUFFile, _ name: String) throws -> [String: StorageType] {
        let steps = try QuantizationPlan(file, mix: mix(name)).steps
        return Dictionary(uniqueKeysWithValues: steps.map { ($0.tensor.name, $0.type) })
    }

    /// A model of one matrix [2, 32] and one vector.
    private func small(_ name: String, matrix: Float, vector: Float, rows: Int = 2, type: StorageType = .f32) throws -> GGUFFile {
        var writer = GGUFWriter()
        writer["general.architecture"] = .string("llama")
        try writer.add(
            tensor: "output.weight", shape: [rows, 32], type: type,
            bytes: #require(type.encode((0..<rows * 32).map { matrix + Float($0) })))
        try writer.add(tensor: "output_norm.weight", shape: [4], type: .f32, bytes: #require(StorageType.f32.encode([1, 2, vector, 4])))
        try writer.write(to: folder.file(name))
        return try GGUFFile(path: folder.file(name))
    }

    @Test("The mean of models has the mean of every weight")
    func mean() throws {
        let files = try [(1, 3), (2, 6), (6, 0)].enumerated().map { number, pair in
            try small("\(number).gguf", matrix: Float(pair.0), vector: Float(pair.1), type: number == 1 ? .f16 : .f32)
        }
        let mean = try AveragedModel(files[0], with: Array(files.dropFirst()))
        let plan = try QuantizationPlan(mean, mix: mix("f32"))
        try ModelWriter(mean, plan: plan, pool: WorkerPool(threads: 2)).write(to: folder.file("mean.gguf"))
        let written = try GGUFFile(path: folder.file("mean.gguf"))
        func values(_ name: String) throws -> [Float]? { try written.matrix(name).withBytes { StorageType.f32.decode(Array($0)) } }
        #expect(try values("output.weight") == (0..<64).map { 3 + Float($0) })
        #expect(try values("output_norm.weight") == [1, 2, 3, 4])
    }

    @Test("Models that have no mean are refused, and what was in blocks counts as such")
    func noMean() throws {
        let first = try small("first.gguf", matrix: 1, vector: 1), wider = try small("wider.gguf", matrix: 1, vector: 1, rows: 3)
        #expect(throws: ModelFileError.self) { try AveragedModel(first, with: [wider]) }
        let other = try model([("output.weight", [2, 32])])
        #expect(throws: ModelFileError.self) { try AveragedModel(first, with: [other]) }
        #expect(throws: ModelFileError.self) { try AveragedModel(other, with: [first]) }
        let rounded = try small("rounded.gguf", matrix: 1, vector: 1, type: .q8_0)
        #expect(throws: ModelFileError.self) {
            try QuantizationPlan(AveragedModel(first, with: [rounded]), mix: mix("f16"))
        }
    }

    @Test("Every mixture has a name of its own and the number that other programs know")
    func names() throws {
        #expect(Set(StorageMix.all.map(\.name)).count == StorageMix.all.count)
        #expect(Set(StorageMix.all.map(\.fileType)).count == StorageMix.all.count)
        #expect(try mix("q4_k").name == "Q4_K_M" && mix("Q5_k_s").fileType == 16 && mix("bf16").base == .bf16)
        #expect(StorageMix.named("q4_k_x") == nil && StorageMix.named("") == nil)
    }

    @Test("Q4_K_M stores values and downward matrices of some layers and the output finer, and leaves vectors alone")
    func mixture() throws {
        let shapes = (0..<16).flatMap { layer in
            ["attn_q", "attn_k", "attn_v", "attn_output", "ffn_down"].map { (name: "blk.\(layer).\($0).weight", shape: [2, 256]) }
                + [(name: "blk.\(layer).attn_norm.weight", shape: [256])]
        }
        let file = try model(shapes + [("token_embd.weight", [4, 256]), ("output.weight", [4, 256]), ("output_norm.weight", [256])])
        let types = try types(file, "q4_k_m")
        #expect(types["output.weight"] == .q6_k && types["token_embd.weight"] == .q4_k && types["output_norm.weight"] == .f32)
        // The first and the last eighth of 16 layers, and every third between.
        let finer = [0, 1, 4, 7, 10, 13, 14, 15]
        for layer in 0..<16 {
            let expected: StorageType = finer.contains(layer) ? .q6_k : .q4_k
            #expect(types["blk.\(layer).attn_v.weight"] == expected && types["blk.\(layer).ffn_down.weight"] == expected)
            #expect(types["blk.\(layer).attn_q.weight"] == .q4_k && types["blk.\(layer).attn_norm.weight"] == .f32)
        }
        let small = try self.types(file, "q4_k_s")
        #expect(small["blk.3.attn_v.weight"] == .q5_k && small["blk.4.attn_v.weight"] == .q4_k)
        #expect(small["blk.1.ffn_down.weight"] == .q5_k && small["blk.2.ffn_down.weight"] == .q4_k)
    }

    @Test("Without an output matrix the embedding is stored like one; joined matrices and experts have rules of their own")
    func parts() throws {
        let file = try model(
            [
                ("token_embd.weight", [4, 256]), ("blk.5.attn_qkv.weight", [6, 256]), ("blk.5.attn_k.weight", [2, 256]),
                ("blk.5.attn_output.weight", [2, 256]), ("blk.5.ffn_up_exps.weight", [8, 2, 256]),
                ("blk.5.ffn_down_exps.weight", [8, 2, 256]), ("blk.5.ffn_gate_inp.weight", [8, 256]), ("position_embd.weight", [8, 256]),
                ("blk.5.attn_q.bias", [256]),
            ], experts: 8)
        let types = try types(file, "q4_k_m")
        #expect(types["token_embd.weight"] == .q6_k && types["blk.5.attn_qkv.weight"] == .q5_k)
        #expect(types["blk.5.attn_k.weight"] == .q8_0 && types["blk.5.attn_output.weight"] == .q5_k)
        #expect(types["blk.5.ffn_up_exps.weight"] == .q4_k && types["blk.5.ffn_down_exps.weight"] == .q4_k)
        #expect(types["blk.5.ffn_gate_inp.weight"] == .f16 && types["position_embd.weight"] == .f16 && types["blk.5.attn_q.bias"] == .f32)
        let experts = try self.types(file, "mxfp4")
        #expect(experts["blk.5.ffn_down_exps.weight"] == .mxfp4 && experts["blk.5.attn_qkv.weight"] == .q8_0)
    }

    @Test("Rows that do not divide into blocks take a type of shorter blocks, or half precision")
    func fallbacks() throws {
        let file = try model([("blk.0.a.weight", [2, 288]), ("blk.0.b.weight", [2, 172]), ("output.weight", [2, 32])])
        let expected: [(String, StorageType)] = [
            ("q2_k", .q4_0), ("q3_k_s", .q4_0), ("q4_k_m", .q5_0), ("q5_k_m", .q5_1), ("q6_k", .q8_0), ("iq4_xs", .iq4_nl), ("q8_0", .q8_0),
        ]
        for (name, type) in expected {
            let types = try types(file, name)
            #expect(types["blk.0.a.weight"] == type && types["blk.0.b.weight"] == .f16 && types["output.weight"] == .q8_0)
        }
    }

    @Test("A model is written in every mixture with nothing lost but precision", arguments: StorageMix.all)
    func everyMixture(mix: StorageMix) throws {
        let source = try randomModel()
        let plan = try QuantizationPlan(source, mix: mix)
        let path = folder.file("out.gguf")
        let seen = Mutex<[Progress]>([])
        try ModelWriter(source, plan: plan, pool: WorkerPool(threads: 2)).write(
            to: path, progress: { step in seen.withLock { $0.append(step) } })
        let file = try GGUFFile(path: path)
        #expect(file.metadata.int("general.file_type") == Int(mix.fileType))
        #expect(file.metadata.int("general.quantization_version") == (mix.base.blockLength > 1 ? 2 : nil))
        #expect(file.metadata.strings("tokenizer.ggml.tokens") == source.metadata.strings("tokenizer.ggml.tokens"))
        #expect(file.tensors.map(\.name) == source.tensors.map(\.name) && file.tensors.map(\.shape) == source.tensors.map(\.shape))
        for tensor in file.tensors {
            let (before, after) = (try weights(source, tensor.name), try weights(file, tensor.name))
            let error = zip(before, after).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } / before.reduce(0) { $0 + $1 * $1 }
            #expect(error.squareRoot() < (tensor.type == .q2_k ? 0.3 : 0.18), "\(tensor.name) as \(tensor.type)")
        }
        let last = try #require(seen.withLock { $0.last })
        #expect(last.completed == last.total && last.total == source.tensors.reduce(0) { $0 + $1.elementCount })
        #expect(try folder.names == ["out.gguf", "random.gguf"])
    }

    /// Two layers of a model, with few rows and some of them of odd lengths.
    private func randomModel() throws -> GGUFFile {
        var writer = GGUFWriter()
        writer["general.architecture"] = .string("llama")
        writer["tokenizer.ggml.tokens"] = .array(.string(["a", "b"]))
        var generator = SeededGenerator(seed: 9)
        var shapes = [("token_embd.weight", [2, 256]), ("output_norm.weight", [256]), ("output.weight", [2, 256])]
        for layer in 0..<2 {
            for (name, columns) in [("attn_q", 256), ("attn_v", 512), ("attn_output", 288), ("ffn_down", 172)] {
                shapes.append(("blk.\(layer).\(name).weight", [2, columns]))
            }
        }
        for (name, shape) in shapes {
            let values = (0..<shape.reduce(1, *)).map { _ in generator.normal() }
            let bytes = try #require(StorageType.f32.encode(values))
            try writer.add(tensor: name, shape: shape, type: .f32, bytes: bytes)
        }
        try writer.write(to: folder.file("random.gguf"))
        return try GGUFFile(path: folder.file("random.gguf"))
    }

    private func weights(_ file: GGUFFile, _ name: String) throws -> [Float] { Tensor(decoding: try file.matrix(name)).array }

    @Test("What is quantised already is refused by name, unless it is allowed or stays as it is")
    func requantizing() throws {
        let file = try TinyModel(type: .q8_0).open()
        let refused = failure { _ = try QuantizationPlan(file, mix: mix("q4_0")) }
        #expect(refused?.problem == .alreadyQuantized(type: "Q8_0") && refused?.kind == .usage)
        #expect(refused?.subject == .tensor("token_embd.weight"))
        let allowed = try QuantizationPlan(file, mix: mix("q4_0"), allowsRequantizing: true)
        try ModelWriter(file, plan: allowed, pool: WorkerPool(threads: 1)).write(to: folder.file("out.gguf"))
        #expect(try GGUFFile(path: folder.file("out.gguf")).tensor("blk.0.attn_q.weight")?.type == .q4_0)
        #expect(try QuantizationPlan(file, mix: mix("q8_0")).steps.allSatisfy { $0.type == $0.tensor.type })
    }

    @Test("Types that cannot be read are refused")
    func refusals() throws {
        var strange = GGUFWriter()
        let type = try #require(StorageType.named("IQ2_XXS"))
        try strange.add(tensor: "blk.0.attn_q.weight", shape: [1, 256], type: type, bytes: [UInt8](repeating: 0, count: 66))
        try strange.write(to: folder.file("strange.gguf"))
        let file = try GGUFFile(path: folder.file("strange.gguf"))
        let refused = failure { _ = try QuantizationPlan(file, mix: mix("q8_0"), allowsRequantizing: true) }
        #expect(refused?.description.contains("IQ2_XXS") == true)
    }

    @Test("A weight that is no number is named, and no file is left")
    func badWeights() throws {
        var writer = GGUFWriter()
        var values = [Float](repeating: 1, count: 512)
        values[300] = .nan
        try writer.add(tensor: "output.weight", shape: [2, 256], type: .f32, bytes: #require(StorageType.f32.encode(values)))
        try writer.write(to: folder.file("bad.gguf"))
        let file = try GGUFFile(path: folder.file("bad.gguf"))
        let plan = try QuantizationPlan(file, mix: mix("q4_k_m"))
        let error = failure { try ModelWriter(file, plan: plan, pool: WorkerPool(threads: 1)).write(to: folder.file("out.gguf")) }
        #expect(error?.description.contains("its weight 300 is nan, which Q6_K cannot hold") == true, "\(error as Any)")
        #expect(try folder.names == ["bad.gguf"])
    }

    @Test("Stopping leaves nothing behind, and what had the name stays")
    func cancellation() throws {
        let source = try TinyModel().open()
        let path = try folder.write([1, 2, 3], as: "out.gguf")
        let cancellation = Cancellation()
        let plan = try QuantizationPlan(source, mix: mix("q8_0"))
        #expect(throws: Interrupted.self) {
            try ModelWriter(source, plan: plan, pool: WorkerPool(threads: 1))
                .write(to: path, progress: { _ in cancellation.cancel() }, cancellation: cancellation)
        }
        #expect(try contents(of: path) == [1, 2, 3] && folder.names == ["out.gguf"])
    }
}
