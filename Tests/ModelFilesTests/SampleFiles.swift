import ApusTesting
import Foundation
import ModelFiles
import Tensors
import Testing

/// Writes files for other programs to read: `Scripts/check-with-python.sh` names the folder and holds them against the
/// reference packages.
@Suite("Sample files for other programs")
struct SampleFiles {
    private static let folder = ProcessInfo.processInfo.environment["APUS_SAMPLE_FOLDER"]

    @Test("Samples are written", .enabled(if: folder != nil, "run by Scripts/check-with-python.sh"))
    func write() throws {
        let folder = try #require(Self.folder)
        try TinyModel(family: .llama, type: .q8_0).write(to: "\(folder)/llama.gguf")
        try TinyModel(family: .qwen2, type: .q4_0).write(to: "\(folder)/qwen2.gguf")
        var writer = GGUFWriter(alignment: 64)
        for (key, value) in GGUFWritingTests.everyValue { writer[key] = value }
        writer["general.architecture"] = .string("llama")
        try writer.write(to: "\(folder)/values.gguf")
        try writeSafetensors(to: "\(folder)/tensors.safetensors")
    }

    private func writeSafetensors(to path: String) throws {
        let tensors = [
            SafetensorsTensor(name: "odd \"☕\"", element: .uint8, shape: [13]),
            SafetensorsTensor(name: "none", element: .float32, shape: [3, 0]),
            SafetensorsTensor(name: "ramp", element: .float32, shape: [2, 8]), SafetensorsTensor(name: "one", element: .float64, shape: []),
        ]
        var writer = try SafetensorsWriter(path: path, tensors: tensors, metadata: ["note": "a \"tab\"\t\u{1}"])
        try writer.write([UInt8](0..<13), of: "odd \"☕\"")
        let ramp = (0..<16).map { Float($0) }
        try writer.write(try #require(StorageType.f32.encode(ramp)), of: "ramp")
        try writer.write([0, 0, 0, 0, 0, 0, 0xF0, 0x3F], of: "one")
        try writer.finish()
    }
}
