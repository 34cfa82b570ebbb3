import Diagnostics

/// Why an index cannot be made or searched.
package enum IndexError: Failure, Equatable {
    /// The program was built without SQLite.
    case unavailable
    case missing(path: String)
    case damaged(path: String, reason: String)
    case foreign(path: String)
    case otherVersion(path: String, version: Int)
    case busy(path: String)
    case cannotWrite(path: String, reason: String)
    /// What an index was made with cannot be changed in it.
    case otherSettings(path: String, settings: [String])
    case otherModel(path: String, model: String)
    case changing(file: String)

    package var kind: FailureKind {
        switch self {
        case .unavailable, .foreign, .otherSettings, .otherModel: .usage
        case .missing: .missingInput
        case .damaged, .otherVersion: .badData
        case .busy, .changing: .internal
        case .cannotWrite: .cannotWrite
        }
    }

    package var description: String {
        switch self {
        case .unavailable:
            "This program was built without SQLite, which an index needs; build it with `swift build -c release --traits SQLite` "
                + "(on Debian libsqlite3-dev must be installed)."
        case .missing(let path): "\(path): there is no index here; make one with apus index, or name another with --index."
        case .damaged(let path, let reason):
            "\(path): the index is damaged (\(reason)); make it anew with apus index --rebuild, naming the files again."
        case .foreign(let path): "\(path): this file is not an index; name another with --index."
        case .otherVersion(let path, let version):
            "\(path): the index has the format \(version), which this program does not know; make it anew with apus index --rebuild."
        case .busy(let path): "\(path): another process has been writing to the index for too long; try again when it is done."
        case .cannotWrite(let path, let reason): "\(path): the index cannot be written: \(reason)."
        case .otherSettings(let path, let settings):
            "\(path): the index was made with \(settings.joined(separator: " and ")); leave the option out, or make the index anew with "
                + "--rebuild."
        case .otherModel(let path, let model):
            "\(path): the model \(model) does not make the vectors that the index was made with; name that model with --model, or make "
                + "the index anew with apus index --rebuild."
        case .changing(let file): "\(file): the file was changed again and again while it was read; index it again later."
        }
    }
}
