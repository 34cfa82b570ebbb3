import Foundation
import ModelFiles
import Tensors

/// All that a training needs to go on as if it had never stopped, in a folder that appears whole or not at all: its state as JSON, and
/// tensors as safetensors.
struct Checkpoint: Sendable {
    /// Tensors that go into one file, by name and in order.
    typealias Group = (file: String, tensors: [NamedTensor])

    let path: String
    /// Steps done.
    let step: Int

    private var stateFile: String { path + "/state.json" }

    /// Writes the folder, which must not be there yet.
    /// - Throws: `ModelFileError`, for a full disk, for one; then nothing is left behind.
    func write(_ state: some Encodable, _ groups: [Group]) throws {
        let folder = try AtomicFolder(path: path, replacing: false)
        try folder.writing {
            for group in groups { try Self.write(group.tensors, to: folder.file(group.file)) }
            try folder.write(String(decoding: StateCoding.encoder.encode(state), as: UTF8.self) + "\n", as: "state.json")
        }
        try folder.commit()
    }

    /// - Throws: `TrainingError.damagedCheckpoint`.
    func readState<State: Decodable>(_ type: State.Type) throws(TrainingError) -> State {
        guard let data = FileManager.default.contents(atPath: stateFile) else { throw damaged("it has no state.json") }
        do {
            return try StateCoding.decoder.decode(type, from: data)
        } catch {
            throw damaged("state.json does not hold the expected keys (\(error))")
        }
    }

    /// Fills tensors from the files.
    /// - Throws: `TrainingError.damagedCheckpoint` where one is missing or of another shape; `ModelFileError` for a damaged file.
    func read(into groups: [Group]) throws {
        for group in groups {
            let file = try SafetensorsFile(path: path + "/" + group.file)
            for (name, tensor) in group.tensors {
                let shape = [tensor.rows, tensor.columns]
                guard let record = file.tensor(name), record.element == .float32, record.shape == shape else {
                    throw damaged("\(group.file) has no tensor \(name) of the shape \(shape)")
                }
                file.withBytes(of: record) { tensor.fill(from: $0) }
            }
        }
    }

    func damaged(_ reason: String) -> TrainingError { .damagedCheckpoint(path: path, reason: reason) }

    private static func write(_ tensors: [NamedTensor], to path: String) throws {
        var writer = try SafetensorsWriter(
            path: path,
            tensors: tensors.map { SafetensorsTensor(name: $0.name, element: .float32, shape: [$0.tensor.rows, $0.tensor.columns]) })
        for (name, tensor) in tensors { try tensor.withBytes { (bytes) throws(ModelFileError) in try writer.write(bytes, of: name) } }
        try writer.finish()
    }
}
