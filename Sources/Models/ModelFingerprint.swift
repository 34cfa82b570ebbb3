import Diagnostics
import ModelFiles

extension Fingerprint {
    /// Bytes of each tensor that take part: its beginning and its end.
    private static let sampledBytes = 256

    /// Tells models apart without reading all of their bytes, since a reading may only be asked by the model that made it: over the
    /// architecture's metadata (sizes, rotation) and the names, shapes, types and a sample of the bytes of all tensors.
    package init(ofModel file: GGUFFile) {
        self.init()
        let prefix = (file.metadata.string("general.architecture") ?? "") + "."
        for (key, value) in file.metadata.entries.filter({ $0.key.hasPrefix(prefix) }).sorted(by: { $0.key < $1.key }) {
            add("\(key)=\(value)\n".utf8)
        }
        for tensor in file.tensors {
            add("\(tensor.name) \(tensor.shape) \(tensor.type.name)\n".utf8)
            file.withBytes(of: tensor) { bytes in
                add(bytes.prefix(Self.sampledBytes))
                add(bytes.suffix(Self.sampledBytes))
            }
        }
    }
}
