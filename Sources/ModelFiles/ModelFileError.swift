import Diagnostics

/// What is wrong with a model file, where in it, and what to do.
package struct ModelFileError: Failure, Equatable {
    /// The file, as it was named by the caller.
    package let path: String
    /// The part of the file that the problem is about.
    package let subject: Subject
    /// Where in the file the problem was seen, in bytes from its beginning; nil if it is not about the contents.
    package let offset: Int?
    package let problem: Problem

    package init(_ problem: Problem, path: String, subject: Subject = .file, offset: Int? = nil) {
        self.path = path
        self.subject = subject
        self.offset = offset
        self.problem = problem
    }

    /// The part of a file that an error speaks of.
    package enum Subject: Hashable, Sendable {
        case file
        /// The fixed part at the beginning: magic, version, counts.
        case header
        /// A metadata entry, by its key.
        case key(String)
        /// A tensor, by its name.
        case tensor(String)
    }

    package enum Problem: Hashable, Sendable {
        // Opening
        case missing
        case isFolder
        case notRegular
        case unreadable(reason: String)
        case empty
        /// A part of a model that another of its files names.
        case missingPart(namedBy: String)
        /// A folder without weights that can be read; `found` are files that hold weights in another form.
        case noWeights(found: [String])
        // Recognising
        case notThisFormat(expected: String, found: String)
        case bigEndian
        case unsupportedVersion(UInt32)
        // Structure
        /// A field needs more bytes than the file has left.
        case truncated(field: String, needed: UInt64, available: Int)
        /// A count that the rest of the file cannot possibly hold.
        case impossibleCount(field: String, count: UInt64, most: Int)
        case invalid(field: String, reason: String)
        case duplicate
        case unknownValueType(UInt32)
        case unknownTensorType(UInt32)
        case unknownElementType(String)
        case unknownQuantization(method: String)
        /// It was quantised before, which has lost already what a second time would lose again.
        case alreadyQuantized(type: String)
        /// A file of a model in several whose name does not say which of them it is; numbers from 1.
        case misnamedPart(number: Int, count: Int)
        /// Files that do not make up one model.
        case foreignPart(reason: String)
        case nestedTooDeeply(limit: Int)
        case overlaps(tensor: String)
        case gap(byteCount: Int)
        case outsideFile(end: UInt64, fileSize: Int)
        // Asking
        case notThere
        case wrongType(expected: String, found: String)
        // Writing
        case cannotWrite(action: String, reason: String)
        /// The writer was handed something else than was declared.
        case misused(reason: String)
    }
}

extension ModelFileError {
    package var kind: FailureKind {
        switch problem {
        case .missing, .isFolder, .notRegular, .unreadable, .missingPart, .noWeights: .missingInput
        case .cannotWrite: .cannotWrite
        case .alreadyQuantized: .usage
        case .misused: .internal
        default: .badData
        }
    }

    package var description: String {
        "\(path): \(whereabouts)\(explanation)\(advice)."
    }

    private var whereabouts: String {
        let place = offset.map { " at byte \($0)" } ?? ""
        return switch subject {
        case .file: offset.map { "at byte \($0): " } ?? ""
        case .header: "header\(place): "
        case .key(let key): "metadata key \"\(key)\"\(place): "
        case .tensor(let name): "tensor \"\(name)\"\(place): "
        }
    }

    private var explanation: String {
        switch problem {
        case .missing: "there is no such file"
        case .isFolder: "this is a folder"
        case .notRegular: "this is not a regular file, so it cannot be mapped into memory"
        case .unreadable(let reason): "the file cannot be read (\(reason))"
        case .empty: "the file is empty"
        case .missingPart(let index): "there is no such file although \(index) names it"
        case .noWeights(let found):
            found.isEmpty
                ? "the folder holds neither model.safetensors nor model.safetensors.index.json"
                : "the weights lie in \(found.joined(separator: ", ")) and not in safetensors files"
        case .notThisFormat(let expected, let found): "this is not a \(expected) file but looks like \(found)"
        case .bigEndian: "the file is written in big-endian byte order, which is not supported"
        case .unsupportedVersion(let version): "GGUF version \(version) is not supported (1, 2 and 3 are)"
        case .truncated(let field, let needed, let available):
            "\(field) needs \(needed) bytes but the file ends after \(available) more"
        case .impossibleCount(let field, let count, let most):
            "\(field) is \(count) but what is left of the file can hold \(most) at most"
        case .invalid(let field, let reason): "\(field) \(reason)"
        case .duplicate: "the name appears twice"
        case .unknownValueType(let type): "there is no metadata value type number \(type)"
        case .unknownTensorType(let type): "tensor type number \(type) is unknown"
        case .unknownElementType(let name): "element type \"\(name)\" is unknown"
        case .unknownQuantization(let method): "the weights are quantised by the method \"\(method)\", which is unknown"
        case .alreadyQuantized(let type): "it is quantised as \(type) already, and doing so again loses more than once"
        case .misnamedPart(let number, let count): "this is part \(number) of \(count) of a model, but its name does not say so"
        case .foreignPart(let reason): reason
        case .nestedTooDeeply(let limit): "values are nested more than \(limit) levels deep"
        case .overlaps(let tensor): "its data overlaps that of tensor \"\(tensor)\""
        case .gap(let byteCount): "\(byteCount) bytes before its data belong to no tensor"
        case .outsideFile(let end, let fileSize): "its data would end at byte \(end) of a file of \(fileSize) bytes"
        case .notThere: "the file does not have it"
        case .wrongType(let expected, let found): "it should be \(expected) but is \(found)"
        case .cannotWrite(let action, let reason): "cannot \(action) (\(reason))"
        case .misused(let reason): reason
        }
    }

    /// What to do about it, where that can be known.
    private var advice: String {
        switch problem {
        case .missing: "; check the path"
        case .isFolder: "; name the model file inside it, or make one of the folder with apus convert"
        case .missingPart: "; download the rest of the model"
        case .noWeights(let found):
            found.isEmpty ? "; name the folder of a model" : ", the only form that is read; get or convert the model to safetensors"
        case .alreadyQuantized: "; start from a file in F32, F16 or BF16, or pass --allow-requantize"
        case .misnamedPart: "; give all parts names like NAME-00001-of-00003.gguf"
        case .foreignPart: "; download all parts of one model again"
        case .unknownQuantization: "; get the model in BF16, in FP8 or as GGUF"
        case .notRegular, .empty, .notThisFormat: "; name a model file, or download it again"
        case .bigEndian: "; get or convert the little-endian version"
        case .truncated, .outsideFile: "; the file is cut short or damaged: download or copy it again"
        case .impossibleCount, .invalid, .duplicate, .overlaps, .gap, .nestedTooDeeply, .unknownValueType:
            "; the file is damaged or was written by a faulty tool"
        case .unknownTensorType, .unknownElementType, .unsupportedVersion:
            "; the file may be newer than this program, or damaged"
        case .cannotWrite: "; nothing was left half written"
        case .unreadable, .notThere, .wrongType, .misused: ""
        }
    }
}
