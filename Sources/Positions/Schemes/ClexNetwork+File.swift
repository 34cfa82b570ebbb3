import ModelFiles
import Tensors

extension ClexNetwork {
    /// The names of the two matrices, behind whatever a checkpoint puts before them.
    package static let upName = "ode_up_proj", downName = "ode_down_proj"

    /// Opens a safetensors file that holds the two matrices, perhaps among others. Settings that differ from the usual ones stand in the
    /// file's metadata, under the names of the published configurations.
    ///
    /// - Parameter isCompatible: whether the network's own term has the base of the published code whatever the model's.
    /// - Throws: `ModelFileError` or `PositionError` for files that hold no such network.
    package init(path: String, isCompatible: Bool = false) throws {
        let file = try SafetensorsFile(path: path)
        let up = try Self.matrix(Self.upName, in: file), down = try Self.matrix(Self.downName, in: file)
        guard up.rows > 0, up.columns > 0, down.rows == up.columns, down.columns == up.rows else {
            throw PositionError.badNetwork(
                file: path, reason: "its matrices are [\(up.rows), \(up.columns)] and [\(down.rows), \(down.columns)]")
        }
        self.init(up: Tensor(decoding: up).array.map(Double.init), down: Tensor(decoding: down).array.map(Double.init), pairs: up.rows)
        guard (self.up + self.down).allSatisfy(\.isFinite) else {
            throw PositionError.badNetwork(file: path, reason: "not all its numbers are finite")
        }
        if isCompatible { base = Self.compatibleBase }
        let settings = file.metadata
        try apply({ settings[$0] }, orThrow: { PositionError.badNetwork(file: path, reason: $0) })
    }

    /// Takes over settings in their written form.
    /// - Parameter problem: makes an error of what is wrong.
    package mutating func apply(_ setting: (String) throws -> String?, orThrow problem: (String) -> any Error) throws {
        if let text = try setting("max_factor") {
            guard let factor = Double(text), (1...1024).contains(factor) else { throw problem("max_factor must be from 1 to 1024") }
            largestFactor = Int(factor)
        }
        if let text = try setting("act") {
            guard let named = Activation(rawValue: text) else { throw problem("act must be tanh or silu") }
            activation = named
        }
        if let text = try setting("time_dt") {
            guard let length = Double(text), (1e-4...1).contains(length) else { throw problem("time_dt must be from 0.0001 to 1") }
            step = length
        }
        if let text = try setting("log_scale") { scalesQueries = ["true", "True", "1"].contains(text) }
    }

    private static func matrix(_ name: String, in file: SafetensorsFile) throws -> Matrix {
        let found = file.tensors.filter { $0.name == name || $0.name.hasSuffix("." + name) || $0.name.hasSuffix("." + name + ".weight") }
        guard let record = found.first, found.count == 1, record.shape.count == 2, let type = record.element.storageType else {
            throw PositionError.badNetwork(file: file.path, reason: "it needs one matrix \(name) in F32, F16 or BF16")
        }
        // Rows are read as they are: a copy spares alignment.
        let copy = try Memory.allocate(byteCount: max(1, record.range.count))
        file.withBytes(of: record) { bytes in
            if let first = bytes.baseAddress { copy.base.copyMemory(from: first, byteCount: bytes.count) }
        }
        return Matrix(type: type, rows: record.shape[0], columns: record.shape[1], memory: copy)
    }
}
