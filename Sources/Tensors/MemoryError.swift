import Diagnostics

/// Why memory could not be had or a file could not be mapped.
package enum MemoryError: Failure, Hashable {
    case outOfMemory(byteCount: Int)
    case cannotOpen(path: String, reason: String)
    case notAFile(path: String)
    case cannotMap(path: String, byteCount: Int, reason: String)
    case cannotSpill(folder: String, byteCount: Int, reason: String)

    package var kind: FailureKind {
        switch self {
        case .outOfMemory, .cannotMap: .internal
        case .cannotOpen, .notAFile: .missingInput
        case .cannotSpill: .cannotWrite
        }
    }

    package var description: String {
        switch self {
        case .outOfMemory(let byteCount):
            "There is no memory for a block of \(byteCount) bytes; choose a shorter context, a smaller model or a smaller cache type."
        case .cannotOpen(let path, let reason):
            "The file \(path) cannot be opened (\(reason)); check its name and permissions."
        case .notAFile(let path):
            "\(path) is not a regular file; name the file itself."
        case .cannotMap(let path, let byteCount, let reason):
            "The \(byteCount) bytes of \(path) cannot be mapped into memory (\(reason)); check the limits on address space."
        case .cannotSpill(let folder, let byteCount, let reason):
            "There is no room for \(byteCount) bytes in a temporary file in \(folder) (\(reason)); free some, or name a folder on a larger "
                + "disk in the environment variable TMPDIR."
        }
    }
}
