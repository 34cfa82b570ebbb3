/// How a model lies in several GGUF files: `NAME-00001-of-00003.gguf` and so on, each of which says which part it is.
///
/// Format: `gguf-split` of the llama.cpp project.
struct GGUFSplit {
    private static let numberKey = "split.no"
    private static let countKey = "split.count"
    private static let tensorCountKey = "split.tensors.count"

    /// Which part it is, from 0.
    private let number: Int
    private let count: Int
    /// Tensors in all parts.
    private let tensorCount: Int?

    /// Nil for a file that is a whole model.
    private init?(_ metadata: GGUFMetadata) {
        guard let count = metadata.int(Self.countKey), count > 1 else { return nil }
        self.count = count
        number = metadata.int(Self.numberKey).flatMap { (0..<count).contains($0) ? $0 : nil } ?? -1
        tensorCount = metadata.int(Self.tensorCountKey)
    }

    /// All parts of the model that `file` belongs to, in their order: itself alone if it is whole.
    static func parts(with file: GGUFFile) throws(ModelFileError) -> [GGUFFile] {
        guard let split = GGUFSplit(file.metadata) else { return [file] }
        guard let name = GGUFPartName(path: file.path), name.number == split.number, name.count == split.count else {
            throw ModelFileError(.misnamedPart(number: split.number + 1, count: split.count), path: file.path)
        }
        var parts: [GGUFFile] = []
        for number in 0..<split.count {
            parts.append(number == split.number ? file : try split.open(name.path(of: number), number, from: file.path))
        }
        try split.checkTensors(of: parts, path: file.path)
        return parts
    }

    private func open(_ path: String, _ number: Int, from named: String) throws(ModelFileError) -> GGUFFile {
        let part: GGUFFile
        do {
            part = try GGUFFile(path: path)
        } catch {
            throw error.problem == .missing ? ModelFileError(.missingPart(namedBy: named), path: path) : error
        }
        guard let other = GGUFSplit(part.metadata), other.number == number, other.count == count, other.tensorCount == tensorCount else {
            throw ModelFileError(.foreignPart(reason: "it is not part \(number + 1) of the \(count) that \(named) belongs to"), path: path)
        }
        return part
    }

    private func checkTensors(of parts: [GGUFFile], path: String) throws(ModelFileError) {
        var holders: [String: String] = [:]
        for part in parts {
            for tensor in part.tensors {
                if let other = holders.updateValue(part.path, forKey: tensor.name) {
                    throw ModelFileError(.foreignPart(reason: "\(other) has it too"), path: part.path, subject: .tensor(tensor.name))
                }
            }
        }
        if let tensorCount, holders.count != tensorCount {
            let reason = "the \(count) parts hold \(holders.count) tensors together instead of \(tensorCount)"
            throw ModelFileError(.foreignPart(reason: reason), path: path)
        }
    }

    /// What the first part says, but of the split.
    static func joined(_ metadata: GGUFMetadata, path: String) -> GGUFMetadata {
        let keys: Set = [numberKey, countKey, tensorCountKey]
        return GGUFMetadata(metadata.entries.filter { !keys.contains($0.key) }, path: path)
    }
}

/// A path "…/NAME-00002-of-00003.gguf" and what it says.
private struct GGUFPartName {
    private static let digits = 5
    private static let middle = "-of-"
    private static let ending = ".gguf"

    /// All before the number.
    private let stem: Substring
    /// From 0.
    let number: Int
    let count: Int

    init?(path: String) {
        guard path.hasSuffix(Self.ending) else { return nil }
        let rest = path.dropLast(Self.ending.count)
        guard let count = Self.number(rest.suffix(Self.digits)) else { return nil }
        let front = rest.dropLast(Self.digits)
        guard front.hasSuffix(Self.middle) else { return nil }
        let numbered = front.dropLast(Self.middle.count)
        guard let number = Self.number(numbered.suffix(Self.digits)), number > 0 else { return nil }
        stem = numbered.dropLast(Self.digits)
        self.number = number - 1
        self.count = count
    }

    /// The same model's part with that number.
    func path(of number: Int) -> String {
        stem + Self.padded(number + 1) + Self.middle + Self.padded(count) + Self.ending
    }

    private static func number(_ text: Substring) -> Int? {
        text.utf8.count == digits && text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ? Int(text) : nil
    }

    private static func padded(_ number: Int) -> String {
        String(repeating: "0", count: max(0, digits - String(number).count)) + String(number)
    }
}
