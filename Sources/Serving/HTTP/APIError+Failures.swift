import Diagnostics
import Generation
import HTTPTypes
import Hummingbird

extension APIError {
    /// What an error means for the client. Failures of the work say what the client can do about them; anything else is told to the log alone.
    init(of error: any Error) {
        switch error {
        case let error as APIError: self = error
        case let error as SchedulingRefusal: self.init(refusal: error)
        case let error as WindowError: self = .invalid(error.description, code: "context_length_exceeded")
        case let error as HTTPError: self.init(framework: error)
        case let error as any Failure: self.init(failure: error)
        case is ClientGone: self = .clientGone
        case is CancellationError: self = .unavailable("The request was ended, because the server stops.", retryAfter: 5)
        default: self = .internal
        }
    }

    /// Whether the log should say what went wrong.
    var isInternal: Bool { status.code >= 500 && status != .serviceUnavailable && status != .notImplemented }

    private init(failure: any Failure) {
        switch failure.kind {
        case .usage, .badData: self = .invalid(failure.description)
        case .interrupted: self = .unavailable("The request was ended: \(failure.description).", retryAfter: 5)
        case .missingInput, .cannotWrite, .internal: self = .internal
        }
    }

    private init(refusal: SchedulingRefusal) {
        switch refusal {
        case .tooMany: self = .tooMany(refusal.description, retryAfter: 2)
        case .tooLong:
            self.init(
                status: .contentTooLarge, message: refusal.description, type: Self.invalidRequest, code: "prompt_too_long")
        case .draining: self = .unavailable(refusal.description, retryAfter: 5)
        }
    }

    /// What the router and the decoder of bodies say in their own words.
    private init(framework error: HTTPError) {
        switch error.status {
        case .notFound: self = .notFound("There is nothing at this path; /openapi.json describes what there is.")
        case .contentTooLarge:
            self.init(
                status: .contentTooLarge, message: "The request is larger than this server takes.", type: Self.invalidRequest,
                code: "request_too_large")
        default: self.init(status: error.status, message: error.body ?? error.status.reasonPhrase, type: Self.invalidRequest)
        }
    }
}
