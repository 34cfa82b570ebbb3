import Diagnostics
import Foundation

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// A server that completes chats by OpenAI's interface: `POST …/chat/completions`.
package struct Endpoint: Sendable {
    /// The address in full.
    let address: URL
    package let model: String
    private let key: String?
    /// The longest that a reply may take.
    private let timeout: Duration
    /// Before a request that failed in passing is sent again; twice as long before the next time.
    private let pause: Duration
    private let exchange = HTTPExchange()

    /// Times that a request is sent before it is given up, and where the server says when to come again, which then costs nothing but time.
    private static let attempts = 3
    private static let patientAttempts = 8
    /// Longer than this nobody is waited for.
    private static let longestPause = Duration.seconds(600)
    private static let path = "/chat/completions"

    /// - Parameters:
    ///   - url: such as `https://host/v1`, with or without the path of chat completions.
    ///   - key: sent as a bearer token.
    /// - Throws: `EndpointError.badAddress` for what is no address of the web.
    package init(
        url: String, model: String, key: String?, timeout: Duration = .seconds(300), pause: Duration = .seconds(1)
    ) throws(EndpointError) {
        var base = url
        while base.hasSuffix("/") { base.removeLast() }
        guard let address = URL(string: base.hasSuffix(Self.path) ? base : base + Self.path), let host = address.host, !host.isEmpty,
            ["http", "https"].contains(address.scheme?.lowercased())
        else { throw .badAddress(url) }
        self.address = address
        self.model = model
        self.key = key.flatMap { $0.isEmpty ? nil : $0 }
        self.timeout = timeout
        self.pause = pause
    }

    /// The address without a name and a password that may stand in it.
    package var name: String {
        guard var parts = URLComponents(url: address, resolvingAgainstBaseURL: false) else { return address.host ?? "" }
        (parts.user, parts.password, parts.query) = (nil, nil, nil)
        return parts.string ?? address.host ?? ""
    }

    /// Sends one message and waits for the reply to it. A server that says when it may be asked again is asked again then.
    ///
    /// - Parameters:
    ///   - maxTokens: of the reply; nil leaves that to the endpoint.
    ///   - temperature: 0 decodes greedily.
    /// - Throws: `NoReply` where the endpoint fails, stalls or answers rubbish, which it need not do the next time; `EndpointError` where it
    ///   refuses and would again; `Interrupted`.
    func complete(
        _ message: String, system: String?, maxTokens: Int?, temperature: Double = 0, cancellation: Cancellation
    ) async throws -> SubjectReply {
        let request = try request(message, system: system, maxTokens: maxTokens, temperature: temperature)
        var pause = pause, attempt = 1, wait: Duration
        while true {
            do throws(HTTPFailure) {
                return try reply(await exchange.send(request, timeout: timeout, cancellation: cancellation))
            } catch {
                wait = max(pause, error.retryAfter ?? pause)
                let attempts = error.retryAfter == nil ? Self.attempts : Self.patientAttempts
                guard error.isPassing, attempt < attempts, wait <= Self.longestPause else { throw meaning(of: error) }
            }
            try await HTTPExchange.rest(wait, cancellation: cancellation, "waiting for \(name)")
            (pause, attempt) = (pause * 2, attempt + 1)
        }
    }

    private func meaning(of failure: HTTPFailure) -> any Failure {
        switch failure {
        case .cancelled: Interrupted(activity: "waiting for \(name)")
        case .status(let status, let body, _) where [401, 403, 404].contains(status):
            EndpointError.refused(name: name, status: status, body: body)
        default: NoReply(description: "\(name) \(failure.description)")
        }
    }

    private func request(_ message: String, system: String?, maxTokens: Int?, temperature: Double) throws -> URLRequest {
        var request = URLRequest(url: address, timeoutInterval: timeout.seconds)
        request.httpMethod = "POST"
        request.setValue("application/json", forHTTPHeaderField: "Content-Type")
        if let key { request.setValue("Bearer \(key)", forHTTPHeaderField: "Authorization") }
        let messages = [system.map { ChatRequest.Message(role: "system", content: $0) }, .init(role: "user", content: message)]
        request.httpBody = try JSONEncoder().encode(
            ChatRequest(model: model, messages: messages.compactMap(\.self), max_tokens: maxTokens, temperature: temperature, stream: false)
        )
        return request
    }

    private func reply(_ body: Data) throws(HTTPFailure) -> SubjectReply {
        guard let completion = try? JSONDecoder().decode(ChatCompletion.self, from: body), let choice = completion.choices.first else {
            throw .rubbish(String(decoding: body.prefix(HTTPFailure.shownBytes), as: UTF8.self))
        }
        return SubjectReply(text: choice.message.content ?? "", promptTokens: completion.usage?.prompt_tokens)
    }
}

/// What is sent, by the names of the interface.
private struct ChatRequest: Encodable {
    struct Message: Encodable {
        let role: String
        let content: String
    }

    let model: String
    let messages: [Message]
    let max_tokens: Int?
    let temperature: Double
    let stream: Bool
}

/// What comes back, as far as it is used.
private struct ChatCompletion: Decodable {
    struct Choice: Decodable {
        struct Message: Decodable {
            /// A model that says nothing may have none.
            let content: String?
        }

        let message: Message
    }

    struct Usage: Decodable {
        let prompt_tokens: Int?
    }

    let choices: [Choice]
    let usage: Usage?
}

/// Why an endpoint is of no use.
package enum EndpointError: Failure, Equatable {
    case badAddress(String)
    case refused(name: String, status: Int, body: String)

    package var kind: FailureKind {
        switch self {
        case .badAddress: .usage
        case .refused: .internal
        }
    }

    package var description: String {
        switch self {
        case .badAddress(let url): "\"\(url)\" is no address of an endpoint; write it as http://host:port/v1."
        case .refused(let name, let status, let body):
            "\(name) refused with status \(status) (\(body.isEmpty ? "no reason given" : body)); check the address, --endpoint-model and the key."
        }
    }
}
