import Diagnostics
import ModelFiles
import Tensors

extension Fingerprint {
    /// Bytes of each weight that take part: its beginning and its end.
    private static let sampledBytes = 256

    /// Tells models apart without reading all of their bytes, since a reading may only be asked by the model that made it: over the
    /// architecture's metadata (sizes, rotation) and the names, shapes, types and a sample of the bytes of all weights.
    init(of metadata: GGUFMetadata, weights: [(name: String, weight: LoadedWeight)]) {
        self.init()
        let prefix = (metadata.string("general.architecture") ?? "") + "."
        for (key, value) in metadata.entries.filter({ $0.key.hasPrefix(prefix) }).sorted(by: { $0.key < $1.key }) {
            add("\(key)=\(value)\n".utf8)
        }
        for (name, weight) in weights {
            add("\(name)\n".utf8)
            switch weight {
            case .matrix(let matrix): add(matrix)
            case .experts(let matrices): for matrix in matrices { add(matrix) }
            case .numbers(let numbers): numbers.array.withUnsafeBytes { addSample(of: $0) }
            }
        }
    }

    private mutating func add(_ matrix: Matrix) {
        add("[\(matrix.rows), \(matrix.columns)] \(matrix.type.name)\n".utf8)
        matrix.withBytes { addSample(of: $0) }
    }

    private mutating func addSample(of bytes: UnsafeRawBufferPointer) {
        add(bytes.prefix(Self.sampledBytes))
        add(bytes.suffix(Self.sampledBytes))
    }
}
