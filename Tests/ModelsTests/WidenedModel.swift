import ApusTesting
import ModelFiles
import Tensors

extension GGUFFile {
    /// The same model with every tensor as float32, which all storage types here widen to exactly: a decoder that rounds
    /// activations for 8- or 16-bit weights has no reason to on this one, so its logits must be those of the reference.
    func widened() throws -> GGUFFile {
        var writer = GGUFWriter()
        for (key, value) in metadata.entries { writer[key] = value }
        for record in tensors {
            let matrix = try matrix(record.name)
            let bytes = (0..<matrix.rows).flatMap { matrix.floats(ofRow: $0) }.flatMap { value in
                withUnsafeBytes(of: value.bitPattern.littleEndian, Array.init)
            }
            try writer.add(tensor: record.name, shape: record.shape, type: .f32, bytes: bytes)
        }
        // The mapping outlives the file's name.
        let folder = try TemporaryFolder()
        return try withExtendedLifetime(folder) {
            let path = folder.file("widened.gguf")
            try writer.write(to: path)
            return try GGUFFile(path: path)
        }
    }
}

extension Matrix {
    /// One row in float32 [columns].
    func floats(ofRow row: Int) -> [Float] {
        [Float](unsafeUninitializedCapacity: columns) { buffer, count in
            guard let base = buffer.baseAddress else { return }
            decodeRow(row, into: base)
            count = columns
        }
    }
}
