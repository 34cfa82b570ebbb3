import Diagnostics
import Tensors

/// What is wrong with a model, said to a person.
package enum ModelError: Failure {
    case unknownArchitecture(String, file: String, known: [String])
    case noWayBack(String, file: String, known: [String])
    case unpublishedArchitecture(String, folder: String, known: [String])
    case unknownModelType(String, folder: String, known: [String])
    case missingMetadata(key: String, file: String)
    case badMetadata(key: String, value: String, file: String, reason: String)
    case wrongShape(tensor: String, shape: [Int], expected: [Int], file: String)
    case missingTensor(String, file: String)
    case uncomputableType(tensor: String, type: String, file: String)
    case badValues(tensor: String, file: String, reason: String)
    case tokenOutOfRange(Int32, vocabulary: Int)
    case beyondPositions(Int, table: Int)
    case noVocabularyEntry(tokens: Int, rows: Int, file: String)

    package var kind: FailureKind {
        switch self {
        case .tokenOutOfRange: .internal
        case .beyondPositions: .usage
        default: .badData
        }
    }

    package var description: String {
        switch self {
        case .unknownArchitecture(let name, let file, let known):
            "\(file): the architecture \"\(name)\" is not supported; supported are \(known.joined(separator: ", "))."
        case .noWayBack(let name, let file, let known):
            "\(file): files of the architecture \"\(name)\" cannot become folders; those of these can: \(known.joined(separator: ", "))."
        case .unpublishedArchitecture(let name, let folder, let known):
            "\(folder): GGUF has no name for encoders of the kind \(name), so that no other program would read the file; use the folder "
                + "itself. Encoders that become files are \(known.joined(separator: ", "))."
        case .unknownModelType(let name, let folder, let known):
            "\(folder): the model type \"\(name)\" in config.json is not supported; supported are \(known.joined(separator: ", "))."
        case .missingMetadata(let key, let file):
            "\(file): the metadata key \"\(key)\" is missing, so the model's shape is unknown; the file is incomplete."
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
        case .beyondPositions(let tokens, let table):
            "The model has learned positions for \(table) tokens only, and \(tokens) or more are to be read; no method can take it farther."
        case .noVocabularyEntry(let tokens, let rows, let file):
            "\(file): the tokenizer has \(tokens) tokens but the embedding table only \(rows) rows; the file is damaged."
        }
    }
}
