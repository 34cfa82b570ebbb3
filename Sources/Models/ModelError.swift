import Diagnostics
import Tensors

/// What is wrong with a model, said to a person.
package enum ModelError: Failure {
    case unknownArchitecture(String, file: String, known: [String])
    case missingMetadata(key: String, file: String)
    case badMetadata(key: String, value: String, file: String, reason: String)
    case wrongShape(tensor: String, shape: [Int], expected: [Int], file: String)
    case missingTensor(String, file: String)
    case uncomputableType(tensor: String, type: String, file: String)
    case badValues(tensor: String, file: String, reason: String)
    case tokenOutOfRange(Int32, vocabulary: Int)
    case noVocabularyEntry(tokens: Int, rows: Int, file: String)

    package var kind: FailureKind {
        switch self {
        case .tokenOutOfRange: .internal
        default: .badData
        }
    }

    package var description: String {
        switch self {
        case .unknownArchitecture(let name, let file, let known):
            "\(file): the architecture \"\(name)\" is not supported; supported are \(known.joined(separator: ", "))."
        case .missingMetadata(let key, let file):
            "\(file): the metadata key \"\(key)\" is missing, so the model's shape is unknown; convert the model again."
        case .badMetadata(let key, let value, let file, let reason):
            "\(file): the metadata key \"\(key)\" is \(value), but \(reason)."
        case .wrongShape(let tensor, let shape, let expected, let file):
            "\(file): the tensor \"\(tensor)\" has the shape \(shape); \(expected) is needed for the metadata's sizes."
        case .missingTensor(let tensor, let file):
            "\(file): the tensor \"\(tensor)\" is missing; the file is incomplete or of another architecture."
        case .uncomputableType(let tensor, let type, let file):
            "\(file): the tensor \"\(tensor)\" is stored as \(type), which cannot be computed on; use a file with the types "
                + "\(StorageType.all.filter(\.isComputable).map(\.name).joined(separator: ", "))."
        case .badValues(let tensor, let file, let reason):
            "\(file): the tensor \"\(tensor)\" cannot be used: \(reason)."
        case .tokenOutOfRange(let token, let vocabulary):
            "Token \(token) is outside the model's vocabulary of \(vocabulary)."
        case .noVocabularyEntry(let tokens, let rows, let file):
            "\(file): the tokenizer has \(tokens) tokens but the embedding table only \(rows) rows; the file is damaged."
        }
    }
}
