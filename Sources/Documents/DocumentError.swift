import Diagnostics

/// Why a document cannot be read.
public struct DocumentError: Failure, Equatable {
    public enum Problem: Hashable, Sendable {
        case missing
        case isFolder
        case unreadable(reason: String)
        /// Nothing to read.
        case empty
        /// The first byte that no UTF-8 character has there.
        case invalidUTF8(offset: Int)
        /// The text is in another encoding, known by its first bytes.
        case otherEncoding(String)
        /// The program that reads PDF files is not on this machine.
        case noPDFReader
        /// The program that reads PDF files gave up with this exit status.
        case damagedPDF(status: Int32)
    }

    /// The document, as it was named by the caller.
    public let name: String
    public let problem: Problem

    public init(_ problem: Problem, name: String) {
        self.name = name
        self.problem = problem
    }

    public var kind: FailureKind {
        switch problem {
        case .missing, .isFolder, .unreadable, .noPDFReader: .missingInput
        case .empty, .invalidUTF8, .otherEncoding, .damagedPDF: .badData
        }
    }

    public var description: String {
        switch problem {
        case .missing: "\(name): there is no such file; check the path."
        case .isFolder: "\(name): this is a folder; name the files to read."
        case .unreadable(let reason): "\(name): the file cannot be read (\(reason))."
        case .empty: "\(name): there is no text in it, so there is nothing to read."
        case .invalidUTF8(let offset):
            "\(name): the byte at offset \(offset) is not valid UTF-8; convert the text (for example with iconv) or name a text file."
        case .otherEncoding(let encoding): "\(name): the text is in \(encoding); convert it to UTF-8 (for example with iconv)."
        case .noPDFReader: "\(name): reading PDF files takes the program pdftotext; install it (Debian's package poppler-utils)."
        case .damagedPDF(let status):
            "\(name): pdftotext cannot take the text out of this file (exit status \(status)); it may be damaged or need a password."
        }
    }
}
