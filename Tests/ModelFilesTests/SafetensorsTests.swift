import ApusTesting
import Diagnostics
import Foundation
import ModelFiles
import Testing

@Suite("Safetensors files")
struct SafetensorsTests {
    /// A file with this header, whatever it says, and so many bytes of data.
    private func raw(_ header: String, data: Int) -> [UInt8] {
        let length = UInt64(header.utf8.count)
        return (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) } + Array(header.utf8) + [UInt8](repeating: 7, count: data)
    }

    private func problem(_ header: String, data: Int) -> ModelFileError.Problem? {
        failure { _ = try openSafetensors(raw(header, data: data)) }?.problem
    }

    @Test("What is written comes back, each tensor 64-byte aligned, padding unseen")
    func roundTrip() throws {
        let tensors = [
            SafetensorsTensor(name: "odd", element: .uint8, shape: [13]), SafetensorsTensor(name: "scalar", element: .float64, shape: []),
            SafetensorsTensor(name: "none", element: .float32, shape: [3, 0]),
            SafetensorsTensor(name: "even", element: .bfloat16, shape: [4, 32]),
            SafetensorsTensor(name: "tab\tquote\"back\\ü☕", element: .int32, shape: [2]),
        ]
        let contents = tensors.enumerated().map { [UInt8](repeating: UInt8($0 + 1), count: $1.element.byteCount(ofShape: $1.shape) ?? 0) }
        let folder = try TemporaryFolder()
        let path = folder.file("tensors.safetensors")
        var writer = try SafetensorsWriter(path: path, tensors: tensors, metadata: ["made by": "a \"test\"\u{1}"])
        for (tensor, bytes) in zip(tensors, contents) where !bytes.isEmpty {
            try writer.write(Array(bytes[..<(bytes.count / 2)]), of: tensor.name)
            try writer.write(Array(bytes[(bytes.count / 2)...]), of: tensor.name)
        }
        #expect(try folder.names != ["tensors.safetensors"])
        try writer.finish()
        #expect(try folder.names == ["tensors.safetensors"])

        let file = try SafetensorsFile(path: path)
        #expect(file.metadata == ["made by": "a \"test\"\u{1}"])
        #expect(file.tensors.count == tensors.count)
        for (tensor, bytes) in zip(tensors, contents) {
            let record = try #require(file.tensor(tensor.name))
            #expect(record.element == tensor.element && record.shape == tensor.shape)
            #expect(record.range.lowerBound % 64 == 0)
            #expect(file.withBytes(of: record) { Array($0) } == bytes)
        }
    }

    @Test("A file of the Python package is read as Python wrote it")
    func pythonFile() throws {
        let file = try SafetensorsFile(path: ExternalData.fixture("model-files/python.safetensors"))
        #expect(file.metadata == ["format": "np", "note": "naïve \"☕\"\n"])
        #expect(Set(file.tensors.map(\.name)) == ["matrix", "half", "mask", "empty", "sign ±"])
        let matrix = try #require(file.tensor("matrix"))
        #expect(matrix.shape == [2, 3] && matrix.element == .float32)
        let values = file.withBytes(of: matrix) { bytes in (0..<6).map { bytes.loadUnaligned(fromByteOffset: 4 * $0, as: Float.self) } }
        #expect(values == [0, 0.5, 1, 1.5, 2, 2.5])
        #expect(file.tensor("empty")?.shape == [0, 7])
        #expect(file.tensor("sign ±").map { file.withBytes(of: $0) { Array($0) } } == [0xFE, 0xFF, 0xFF, 0xFF])
    }

    @Test(
        "A real file is covered by its tensors",
        .enabled(if: ExternalData.exists("models/model2vec-tiny/model.safetensors"), "needs the model"))
    func realFile() throws {
        let file = try SafetensorsFile(path: ExternalData.path("models/model2vec-tiny/model.safetensors"))
        #expect(!file.tensors.isEmpty)
        #expect(file.tensors.last?.range.upperBound == file.memory.byteCount)
        let whole = try contents(of: file.path)
        for hundredth in 0..<100 {
            #expect(failure { _ = try openSafetensors(Array(whole[..<(whole.count * hundredth / 100)])) } != nil, "cut to \(hundredth)%")
        }
    }

    @Test("Headers that are not what they should be")
    func headers() {
        let good = #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#
        #expect(problem(good, data: 8) == nil)
        #expect(problem("  " + good, data: 8) != nil)
        #expect(problem(good + "   ", data: 8) == nil)
        let wrong = [
            "{", "{}x", #"{"a"}"#, #"{"a":1}"#, #"{"a":{}}"#, #"{"a":{"dtype":"F32"}}"#, #"{"a":[1]}"#, #"{"__metadata__":{"k":1}}"#,
            #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8],}}"#, #"{"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}"#,
            #"{"a":{"dtype":"F32","shape":[2.0],"data_offsets":[0,8]}}"#, #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0]}}"#,
            #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}"#, #"{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}"#,
            #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8],"more":"x"}}"#, "{\"a\u{0}\":{}}", #"{"\ud800":{}}"#, #"{"\x":{}}"#,
            #"{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,8]}}"#,
            #"{"a":{"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,8]}}"#,
        ]
        for header in wrong { #expect(problem(header, data: 8) != nil, "\(header)") }
    }

    @Test("Tensors that overlap, leave holes, lie outside, appear twice or are of unknown type")
    func tensors() {
        func two(_ first: String, _ second: String, data: Int, names: [String] = ["a", "b"]) -> ModelFileError.Problem? {
            let entries = zip(names, [first, second]).map { #""\#($0)":{"dtype":"U8","shape":[8],"data_offsets":[\#($1)]}"# }
            return problem("{\(entries.joined(separator: ","))}", data: data)
        }
        #expect(two("0,8", "8,16", data: 16) == nil)
        #expect(two("8,16", "0,8", data: 16) == nil)
        #expect(two("0,8", "4,12", data: 16) == .overlaps(tensor: "a"))
        #expect(two("0,8", "9,17", data: 17) == .gap(byteCount: 1))
        #expect(two("0,8", "8,16", data: 17) == .invalid(field: "the file", reason: "has 1 bytes after the last tensor"))
        #expect(two("0,8", "8,16", data: 16, names: ["a", "a"]) == .duplicate)
        guard case .outsideFile = two("0,8", "8,16", data: 15) else {
            Issue.record("a tensor outside the file was accepted")
            return
        }
        let type = #"{"a":{"dtype":"F33","shape":[2],"data_offsets":[0,8]}}"#
        #expect(problem(type, data: 8) == .unknownElementType("F33"))
    }

    @Test("Absurd header lengths, and files of other kinds", arguments: [UInt64(100_000_001), 1 << 40, 1 << 63, .max])
    func lengths(length: UInt64) {
        let bytes = (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) } + Array("{}".utf8)
        #expect(failure { _ = try openSafetensors(bytes) }?.kind == .badData)
        let short = [UInt8](arrayLiteral: 50, 0, 0, 0, 0, 0, 0, 0) + Array("{}".utf8)
        #expect(failure { _ = try openSafetensors(short) }?.problem == .truncated(field: "the header", needed: 50, available: 2))
        #expect(failure { _ = try openSafetensors(Array("GGUF and so on".utf8)) }?.description.contains("a GGUF model") == true)
    }

    @Test("Bytes in the wrong order, too many or too few are refused, and no file is left")
    func misuse() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("tensors.safetensors")
        let tensors = [
            SafetensorsTensor(name: "a", element: .uint8, shape: [4]), SafetensorsTensor(name: "b", element: .uint8, shape: [4]),
        ]
        func attempt(_ body: (inout SafetensorsWriter) throws -> Void) -> ModelFileError? {
            failure {
                var writer = try SafetensorsWriter(path: path, tensors: tensors)
                try body(&writer)
                try writer.finish()
            }
        }
        #expect(attempt { try $0.write([1, 2, 3, 4], of: "b") }?.subject == .tensor("b"))
        #expect(attempt { try $0.write([1, 2, 3, 4, 5], of: "a") }?.subject == .tensor("a"))
        #expect(attempt { try $0.write([1, 2, 3, 4], of: "a") }?.subject == .tensor("b"))
        #expect(failure { _ = try SafetensorsWriter(path: path, tensors: tensors + tensors) }?.subject == .tensor("a"))
        #expect(try folder.names.isEmpty)
    }
}
