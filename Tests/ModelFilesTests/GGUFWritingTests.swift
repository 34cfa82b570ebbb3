import ApusTesting
import ModelFiles
import Tensors
import Testing

@Suite("Writing GGUF files")
struct GGUFWritingTests {
    static let everyValue: [(key: String, value: MetadataValue)] = [
        ("a.uint8", .uint8(.max)), ("a.int8", .int8(.min)), ("a.uint16", .uint16(.max)), ("a.int16", .int16(.min)),
        ("a.uint32", .uint32(.max)), ("a.int32", .int32(.min)), ("a.uint64", .uint64(.max)), ("a.int64", .int64(.min)),
        ("a.float32", .float32(1.5)), ("a.float64", .float64(-0.1)), ("a.yes", .bool(true)), ("a.no", .bool(false)),
        ("a.string", .string("naïve ☕ \u{0} end")), ("a.empty", .string("")),
        ("b.uint8", .array(.uint8([0, 255]))), ("b.int8", .array(.int8([-128, 127]))), ("b.uint16", .array(.uint16([1, 65535]))),
        ("b.int16", .array(.int16([-1]))), ("b.uint32", .array(.uint32([7, .max]))), ("b.int32", .array(.int32([-7]))),
        ("b.uint64", .array(.uint64([.max]))), ("b.int64", .array(.int64([.min, .max]))),
        ("b.float32", .array(.float32([0, -2.5]))), ("b.float64", .array(.float64([1e300]))),
        ("b.bool", .array(.bool([true, false, true]))), ("b.string", .array(.string(["", "a", "ß"]))), ("b.empty", .array(.float32([]))),
        ("b.nested", .array(.array([.array([.uint8([1]), .uint8([])]), .string(["x"])]))),
    ]

    @Test("Every type of metadata value comes back as it was, in order")
    func values() throws {
        var writer = GGUFWriter()
        for (key, value) in Self.everyValue { writer[key] = value }
        let folder = try TemporaryFolder()
        try writer.write(to: folder.file("values.gguf"))
        let file = try GGUFFile(path: folder.file("values.gguf"))
        #expect(file.version == 3)
        #expect(file.metadata.entries.map(\.key) == Self.everyValue.map(\.key))
        for (key, value) in Self.everyValue { #expect(file.metadata[key] == value, "\(key)") }
    }

    @Test("A file that is read and written again has the same bytes", arguments: [TinyModel.Family.llama, .qwen2])
    func roundTrip(family: TinyModel.Family) throws {
        let folder = try TemporaryFolder()
        let path = try TinyModel(family: family, type: .q4_0).write(to: folder.file("tiny.gguf"))
        let file = try GGUFFile(path: path)
        var writer = GGUFWriter(alignment: file.alignment)
        for (key, value) in file.metadata.entries { writer[key] = value }
        for record in file.tensors {
            try writer.add(tensor: record.name, shape: record.shape, type: record.type) { (sink) throws(ModelFileError) in
                // In two pieces, as a converter would.
                let bytes = file.withBytes(of: record) { Array($0) }
                for piece in [bytes[..<7], bytes[7...]] {
                    try piece.withUnsafeBufferPointer { (piece) throws(ModelFileError) in try sink(UnsafeRawBufferPointer(piece)) }
                }
            }
        }
        try writer.write(to: folder.file("again.gguf"))
        #expect(try contents(of: path) == contents(of: folder.file("again.gguf")))
        #expect(try folder.names == ["again.gguf", "tiny.gguf"])
    }

    @Test("Data is aligned as asked, and the file says so", arguments: [8, 32, 64, 4096])
    func alignment(alignment: Int) throws {
        var writer = GGUFWriter(alignment: alignment)
        try writer.add(tensor: "a", shape: [3], type: .f32, bytes: [UInt8](repeating: 1, count: 12))
        try writer.add(tensor: "b", shape: [2, 5], type: .f32, bytes: [UInt8](repeating: 2, count: 40))
        let folder = try TemporaryFolder()
        try writer.write(to: folder.file("aligned.gguf"))
        let file = try GGUFFile(path: folder.file("aligned.gguf"))
        #expect(file.alignment == alignment)
        #expect(file.ranges.allSatisfy { $0.lowerBound % alignment == 0 })
        #expect(file.tensor("b")?.shape == [2, 5])
        #expect(try file.withBytes(of: #require(file.tensor("b"))) { $0.allSatisfy { $0 == 2 } })
    }

    @Test("A tensor whose bytes do not fit its shape is refused, and no file is left")
    func wrongSizes() throws {
        let folder = try TemporaryFolder()
        var writer = GGUFWriter()
        let ragged = failure { try writer.add(tensor: "x", shape: [33], type: .q8_0, bytes: []) }
        #expect(ragged?.kind == .internal)
        try writer.add(tensor: "short", shape: [4], type: .f32, bytes: [1, 2, 3])
        #expect(failure { try writer.add(tensor: "short", shape: [1], type: .f32, bytes: []) }?.subject == .tensor("short"))
        let short = failure { try writer.write(to: folder.file("short.gguf")) }
        #expect(short?.problem == .misused(reason: "3 bytes were given instead of 16"))
        #expect(try folder.names.isEmpty)
    }

    @Test("Setting a key again keeps its place, and nil removes it")
    func subscripting() {
        var writer = GGUFWriter()
        writer["a"] = .bool(true)
        writer["b"] = .bool(true)
        writer["a"] = .uint8(3)
        #expect(writer.metadata.map(\.key) == ["a", "b"])
        #expect(writer["a"] == .uint8(3))
        writer["a"] = nil
        #expect(writer.metadata.map(\.key) == ["b"])
    }
}
