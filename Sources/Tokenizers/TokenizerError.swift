import Diagnostics
import ModelFiles

/// Why a vocabulary cannot serve as a tokenizer.
package struct TokenizerError: Failure, Equatable {
    /// The file, or whatever else the vocabulary came from.
    package let source: String
    package let problem: Problem

    package enum Problem: Sendable, Equatable {
        case unsupportedModel(String, known: [String])
        case unknownPreTokenizer(String, known: [String])
        case missing(String)
        case wrongCount(of: String, found: Int, expected: Int)
        case tooManyPieces(Int, most: Int)
        case identifierOutOfRange(role: String, identifier: Int, pieces: Int)
        case unknownTokenType(Int, piece: Int)
        case invalidScore(piece: Int)
        case invalidBytePiece(piece: Int)
        case invalidMerge(line: Int)
        case mergeOfAbsentPiece(String, line: Int)
        case invalidCharacterMap
        case unreadable(ModelFileError)
        /// In a `tokenizer.json` or the files beside it.
        case file(TokenizerFileProblem)
        case notAVocabulary
        case damaged(offset: Int)
        case invalidRank(line: Int)
        case noFallback
    }

    package init(_ problem: Problem, in source: String) {
        self.source = source
        self.problem = problem
    }

    package var kind: FailureKind {
        switch problem {
        case .unreadable(let error): error.kind
        case .file(.noTokenizer): .missingInput
        default: .badData
        }
    }

    package var description: String {
        if case .unreadable(let error) = problem { error.description } else { "\(source): \(explanation)." }
    }

    private var explanation: String {
        switch problem {
        case .unsupportedModel(let name, let known):
            "the tokenizer model \"\(name)\" is not supported; convert to one of \(known.joined(separator: ", "))"
        case .unknownPreTokenizer(let name, let known):
            "the pre-tokenizer \"\(name)\" is not known; those known are \(known.joined(separator: ", "))"
        case .missing(let what):
            "the vocabulary has no \(what); the file is damaged or was converted without its tokenizer"
        case .wrongCount(let what, let found, let expected):
            "the vocabulary has \(found) \(what) for \(expected) pieces; convert the model again"
        case .tooManyPieces(let count, let most):
            "the vocabulary claims \(count) pieces, and \(most) is the most that can be; the file is damaged"
        case .identifierOutOfRange(let role, let identifier, let pieces):
            "the \(role) token is given as number \(identifier), beyond the \(pieces) pieces; correct the metadata"
        case .unknownTokenType(let type, let piece):
            "piece \(piece) has the token type \(type), and types go from 1 to 6; the file is damaged"
        case .invalidScore(let piece):
            "the score of piece \(piece) is not a number; the file is damaged"
        case .invalidBytePiece(let piece):
            "piece \(piece) is marked as a byte but is not written <0x00> to <0xFF>; convert the model again"
        case .invalidMerge(let line):
            "merge \(line) is not two pieces with a space between them; convert the model again"
        case .mergeOfAbsentPiece(let piece, let line):
            "merge \(line) names \"\(piece)\", which is no piece of the vocabulary; convert the model again"
        case .invalidCharacterMap:
            "the table of replacements for characters (precompiled_charsmap) is damaged; convert the model again"
        case .unreadable(let error): error.description
        case .file(let problem): problem.explanation
        case .notAVocabulary:
            "this is neither a SentencePiece model nor a list of base-64 pieces and their numbers; give the tokenizer.model of a model"
        case .damaged(let offset):
            "the field at byte \(offset) of the SentencePiece model cannot be read; the file is damaged or was cut off"
        case .invalidRank(let line):
            "line \(line) is not the next piece in base 64, a space and its number; the file is damaged or was edited"
        case .noFallback:
            "the vocabulary has neither all 256 byte pieces nor an unknown token, so not every text could be encoded"
        }
    }
}
