import Diagnostics

/// Why texts cannot be classified, or a head not trained.
package enum ClassificationError: Failure, Equatable {
    case noHead(path: String)
    case headDoesNotFit(path: String, tensor: String, shape: [Int], width: Int)
    case noPairs(path: String)
    case badHead(file: String, reason: String)
    case otherEncoder(file: String, encoder: String, reason: String)
    case badExample(file: String, line: Int, reason: String)
    case tooFewExamples(file: String, reason: String)

    package var kind: FailureKind {
        switch self {
        case .headDoesNotFit, .badHead, .badExample: .badData
        case .noHead, .noPairs, .otherEncoder, .tooFewExamples: .usage
        }
    }

    package var description: String {
        switch self {
        case .noHead(let path):
            "\(path) holds no encoder with a head for classifying texts; supported are the heads of BERT, RoBERTa, XLM-RoBERTa, DistilBERT, "
                + "MPNet, Longformer, BigBird and ModernBERT, and for an encoder alone a head that `apus classify train` has made serves (--head)."
        case .headDoesNotFit(let path, let tensor, let shape, let width):
            "\(path): the tensor \(tensor) of the head has the shape \(shape), which does not fit the encoder's width of \(width)."
        case .noPairs(let path):
            "\(path): the tokenizer does not say what stands between two texts, so that the model cannot judge pairs; look for a "
                + "folder with tokenizer.json."
        case .badHead(let file, let reason): "\(file): this is no head that `apus classify train` has made: \(reason)."
        case .otherEncoder(let file, let encoder, let reason):
            "\(file): the head was trained on another encoder than \(encoder): \(reason); name the encoder that it was trained on."
        case .badExample(let file, let line, let reason): "\(file): line \(line) \(reason)."
        case .tooFewExamples(let file, let reason): "\(file): \(reason)."
        }
    }
}
