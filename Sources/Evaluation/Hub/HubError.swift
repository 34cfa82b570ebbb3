import Diagnostics

/// Why nothing could be had from the Hugging Face hub.
package enum HubError: Failure, Equatable {
    case badEndpoint(String)
    case badName(String)
    case badListing(String, reason: String)
    case noFile(String, repository: String)
    case refused(String, status: Int)
    case failed(String, reason: String)
    case damaged(String, wanted: String, found: String)
    case cannotWrite(String, reason: String)

    package var kind: FailureKind {
        switch self {
        case .badEndpoint, .badName: .usage
        case .badListing, .damaged: .badData
        case .noFile, .refused: .missingInput
        case .failed: .internal
        case .cannotWrite: .cannotWrite
        }
    }

    package var description: String {
        switch self {
        case .badEndpoint(let address): "\"\(address)\" in HF_ENDPOINT is no address; write it as https://host."
        case .badName(let name): "\"\(name)\" names no repository of the hub; write it as owner/name."
        case .badListing(let name, let reason): "\(name): the hub's list of files cannot be used: \(reason)."
        case .noFile(let pattern, let repository):
            "\(repository): there is no file \"\(pattern)\"; name one of the repository's files, with * for any letters."
        case .refused(let name, let status):
            "\(name): the hub refused with status \(status); check the name and the revision, and whether the repository needs a token (HF_TOKEN)."
        case .failed(let name, let reason): "\(name): the download failed (\(reason)); the same command goes on with what is missing."
        case .damaged(let name, let wanted, let found):
            "\(name): what came is not what the hub lists (checksum \(found) for \(wanted)) and was dropped; give the command again."
        case .cannotWrite(let path, let reason): "\(path): the download cannot be written: \(reason)."
        }
    }
}
