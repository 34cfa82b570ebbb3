import ApusTesting
import ModelFiles
import Tensors
import Testing

@Suite("Models in several GGUF files, and in old ones")
struct GGUFModelTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func name(_ number: Int, of count: Int = 3) -> String { "tiny-0000\(number)-of-0000\(count).gguf" }

    private func path(_ number: Int) -> String { folder.file(name(number)) }

    /// Writes a tiny model over three files, the metadata in the first.
    private func writeParts(seed: UInt64 = 1) throws -> GGUFFile {
        let whole = try TinyModel(seed: seed).open()
        for number in 0..<3 {
            var writer = GGUFWriter()
            if number == 0 { for (key, value) in whole.metadata.entries { writer[key] = value } }
            writer["split.no"] = .uint16(UInt16(number))
            writer["split.count"] = .uint16(3)
            writer["split.tensors.count"] = .int32(Int32(whole.tensors.count))
            for (index, tensor) in whole.tensors.enumerated() where index * 3 / whole.tensors.count == number {
                let bytes = whole.withBytes(of: tensor) { Array($0) }
                try writer.add(tensor: tensor.name, shape: tensor.shape, type: tensor.type, bytes: bytes)
            }
            try writer.write(to: path(number + 1))
        }
        return whole
    }

    @Test("Whichever part is named, all of them are opened and are the model", arguments: 1...3)
    func parts(named number: Int) throws {
        let whole = try writeParts(), model = try GGUFModel(path: path(number))
        #expect(model.path == path(number) && model.tensors == whole.tensors)
        #expect(model.metadata.entries.map(\.key) == whole.metadata.entries.map(\.key))
        for tensor in whole.tensors {
            #expect(try Tensor(decoding: model.matrix(tensor.name)).array == Tensor(decoding: whole.matrix(tensor.name)).array)
        }
        let summary = ModelSummary(model)
        #expect(try summary.tensors == ModelSummary(GGUFModel(whole)).tensors && summary.architecture == "llama")
        #expect(summary.fileBytes == model.files.reduce(0) { $0 + $1.memory.byteCount })
    }

    @Test("Written anew, it is one file that says nothing of parts")
    func joining() throws {
        let whole = try writeParts(), model = try GGUFModel(path: path(2)), mix = try #require(StorageMix.named("f32"))
        try ModelWriter(model, plan: QuantizationPlan(model, mix: mix), pool: WorkerPool(threads: 1)).write(to: folder.file("one.gguf"))
        let joined = try GGUFFile(path: folder.file("one.gguf"))
        #expect(joined.tensors == whole.tensors && joined.metadata["split.count"] == nil)
    }

    @Test("A part that is missing is named")
    func missing() throws {
        _ = try writeParts()
        let second = try GGUFFile(path: path(2))
        try TinyModel().write(to: path(2))
        #expect(failure { _ = try GGUFModel(path: path(1)) }?.path == path(2))
        let elsewhere = try TemporaryFolder()
        _ = try elsewhere.write(Array(UnsafeRawBufferPointer(start: second.memory.base, count: second.memory.byteCount)), as: name(2))
        let error = failure { _ = try GGUFModel(path: elsewhere.file(name(2))) }
        #expect(error?.problem == .missingPart(namedBy: elsewhere.file(name(2))) && error?.path == elsewhere.file(name(1)))
        #expect(error?.kind == .missingInput)
    }

    @Test("A part of another model, a name that does not fit, and too few tensors are refused")
    func mixed() throws {
        let whole = try writeParts()
        func rewrite(_ number: Int, at path: String, _ change: (inout GGUFWriter) throws -> Void) throws {
            let part = try GGUFFile(path: self.path(number))
            var writer = GGUFWriter()
            for (key, value) in part.metadata.entries { writer[key] = value }
            try change(&writer)
            try writer.write(to: path)
        }
        try rewrite(1, at: folder.file("renamed.gguf")) { _ in }
        #expect(failure { _ = try GGUFModel(path: folder.file("renamed.gguf")) }?.problem == .misnamedPart(number: 1, count: 3))
        try rewrite(1, at: folder.file(name(1, of: 4))) { _ in }
        #expect(failure { _ = try GGUFModel(path: folder.file(name(1, of: 4))) }?.problem == .misnamedPart(number: 1, count: 3))

        try rewrite(3, at: path(3)) { _ in }
        let few = failure { _ = try GGUFModel(path: path(1)) }
        #expect(few?.description.contains("tensors together instead of \(whole.tensors.count); download all parts") == true)
        try rewrite(3, at: path(3)) { try $0.add(tensor: whole.tensors[0].name, shape: [1], type: .f32, bytes: [0, 0, 0, 0]) }
        #expect(failure { _ = try GGUFModel(path: path(1)) }?.subject == .tensor(whole.tensors[0].name))
        try rewrite(3, at: path(3)) { $0["split.tensors.count"] = .int32(5) }
        let foreign = failure { _ = try GGUFModel(path: path(1)) }
        #expect(foreign?.path == path(3) && foreign?.description.contains("it is not part 3 of the 3") == true)
    }

    @Test("Matrices of single experts are stacks; a missing one and one of another shape are named")
    func singleExperts() throws {
        func model(_ experts: [(number: Int, rows: Int)]) throws -> GGUFModel {
            var writer = GGUFWriter()
            for (number, rows) in experts {
                let bytes = try #require(StorageType.f32.encode([Float](repeating: Float(number), count: rows * 4)))
                try writer.add(tensor: "blk.0.ffn_up.\(number).weight", shape: [rows, 4], type: .f32, bytes: bytes)
            }
            try writer.write(to: folder.file("experts.gguf"))
            return try GGUFModel(path: folder.file("experts.gguf"))
        }
        let stacked = try model([(1, 2), (0, 2), (2, 2)]), name = "blk.0.ffn_up_exps.weight"
        #expect(stacked.tensors == [SourceTensor(name: name, shape: [3, 2, 4], type: .f32)])
        #expect(try stacked.experts(name).map { Tensor(decoding: $0).array[0] } == [0, 1, 2])
        #expect(try Tensor(decoding: stacked.matrix(name)).array.map { Int($0) } == [0, 1, 2].flatMap { Array(repeating: $0, count: 8) })
        #expect(failure { _ = try model([(0, 2), (2, 2)]) }?.subject == .tensor("blk.0.ffn_up.1.weight"))
        #expect(failure { _ = try model([(0, 2), (1, 3)]) }?.subject == .tensor("blk.0.ffn_up.1.weight"))
    }
}
