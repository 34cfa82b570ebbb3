import ApusTesting
import Foundation
import ModelFiles
import Tensors
import Testing

/// Thousands of damaged files: each is refused with a `ModelFileError` or is sound in all its parts. `Scripts/fuzz.sh` runs many
/// more, under the address sanitizer.
@Suite("Readers survive damaged files")
struct FuzzTests {
    /// Damaged files per format.
    private static let rounds = FuzzBudget.rounds(2_000)
    private static let seed = FuzzBudget.seed(1)

    /// Damages `original` again and again and hands each to `open`.
    private func fuzz(_ original: [UInt8], _ open: ([UInt8]) throws -> Void) throws {
        try open(original)
        var mutator = Mutator(seed: Self.seed)
        var accepted = 0
        for round in 0..<Self.rounds {
            let damaged = mutator.mutate(original)
            do {
                try open(damaged)
                accepted += 1
            } catch let error as ModelFileError {
                #expect(error.offset.map { $0 >= 0 && $0 <= damaged.count } ?? true, "round \(round): \(error)")
                #expect(error.description.hasSuffix("."))
            }
        }
        // Were all or none refused, the damage would miss its aim.
        #expect(accepted > 0 && accepted < Self.rounds)
    }

    @Test("GGUF")
    func gguf() throws {
        var writer = GGUFWriter()
        for (key, value) in GGUFWritingTests.everyValue { writer[key] = value }
        for (number, type) in [StorageType.f32, .q8_0, .q4_0].enumerated() {
            let bytes = try #require(type.encode([Float](repeating: 1, count: 128)))
            try writer.add(tensor: "tensor.\(number)", shape: [2, 64], type: type, bytes: bytes)
        }
        let folder = try TemporaryFolder()
        try writer.write(to: folder.file("seed.gguf"))
        try fuzz(contents(of: folder.file("seed.gguf"))) { bytes in
            let file = try openGGUF(bytes)
            var end = 0
            for (record, range) in zip(file.tensors, file.ranges).sorted(by: { $0.1.lowerBound < $1.1.lowerBound }) {
                #expect(range.lowerBound >= end && range.lowerBound % file.alignment == 0)
                end = range.upperBound
                #expect(record.type.byteCount(of: record.elementCount) == range.count)
                _ = file.withBytes(of: record) { $0.reduce(0) { $0 &+ Int($1) } }
                _ = try file.matrix(record.name)
            }
            #expect(end <= bytes.count)
            #expect(try ModelSummary(GGUFModel(file)).metadata.count == file.metadata.entries.count)
        }
    }

    @Test("Safetensors")
    func safetensors() throws {
        let folder = try TemporaryFolder()
        let tensors = [
            SafetensorsTensor(name: "first", element: .float32, shape: [2, 3]),
            SafetensorsTensor(name: "none", element: .int8, shape: [0, 4]),
            SafetensorsTensor(name: "ünïcode \"quoted\"", element: .bfloat16, shape: [64]),
        ]
        var writer = try SafetensorsWriter(path: folder.file("seed.safetensors"), tensors: tensors, metadata: ["format": "pt", "a": "b\n"])
        try writer.write([UInt8](repeating: 1, count: 24), of: "first")
        try writer.write([UInt8](repeating: 2, count: 128), of: "ünïcode \"quoted\"")
        try writer.finish()
        try fuzz(contents(of: folder.file("seed.safetensors"))) { bytes in
            let file = try openSafetensors(bytes)
            for record in file.tensors {
                #expect(record.element.byteCount(ofShape: record.shape) == record.range.count)
                #expect(record.range.upperBound <= bytes.count)
                _ = file.withBytes(of: record) { $0.reduce(0) { $0 &+ Int($1) } }
            }
        }
    }

    @Test("JSON")
    func json() throws {
        let text =
            #"{"a": [1, -2.5e3, true, null, {"b\u00e9": "\ud83d\ude00 \"", "c": []}], "d": {"e": "text", "f": 12345678901234567890}}"#
        try fuzz(Array(text.utf8)) { bytes in
            let value = try JSONValue(parsing: bytes, path: "test.json")
            #expect(try JSONValue(parsing: Array(value.serialized(indentation: 1).utf8), path: "again.json") == value)
        }
    }
}
